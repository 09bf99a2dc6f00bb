/** Where Redis is and how long it may take. */
export interface RedisOptions {
  /**
   * `redis://user:password@host:6379/0`, or `rediss://` for TLS. With Sentinel, user, password, database and TLS are
   * taken from it, and the host is not.
   */
  url: string;
  /** The sentinels to ask for the master; empty = there are none. */
  sentinels: readonly { host: string; port: number }[];
  /** What the sentinels call the master. */
  sentinelMaster: string;
  sentinelPassword: string | null;
  /** The certificate authority of the server, as PEM; null = those that Node knows. */
  tlsCa: string | null;
  /** The first part of every key. */
  keyPrefix: string;
  /** A command without an answer for this long has failed. */
  commandTimeoutMs: number;
}
