/** What `INFO server replication` tells of the server behind a connection. */
export interface ServerFacts {
  /** `standalone`, `sentinel` or `cluster`. */
  mode: string;
  /** Null where a provider hides it. */
  version: string | null;
  isValkey: boolean;
  isMaster: boolean;
  /**
   * Which history of data this is: the run of the server process and of its replication. It changes with a restart, with
   * a fail-over, and when a server is demoted and promoted again, which may lose writes while connections live on. Null
   * where a provider hides it.
   */
  identity: string | null;
}

export function readServerFacts(info: string): ServerFacts {
  const fields = new Map(
    info.split(/\r?\n/).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)] as const;
    }),
  );
  const [runId, replication] = [fields.get('run_id'), fields.get('master_replid')];
  return {
    mode: fields.get('redis_mode') ?? 'standalone',
    version: fields.get('valkey_version') ?? fields.get('redis_version') ?? null,
    isValkey: fields.has('valkey_version'),
    isMaster: (fields.get('role') ?? 'master') === 'master',
    identity: runId && replication ? `${runId}/${replication}` : null,
  };
}

/** Why this server must not be used at all, for people; null when it may be. */
export function whyUnsuitable({ mode, version, isValkey }: ServerFacts): string | null {
  if (mode === 'cluster') {
    return 'it is a cluster, which Portcullis does not support yet; use a standalone server or Sentinel';
  }
  if (mode === 'sentinel') {
    return 'it is a Sentinel, not a Redis: name it among the sentinels, and the master that it watches';
  }
  const [name, oldest] = isValkey ? (['Valkey', 8] as const) : (['Redis', 7] as const);
  if (version === null) return null;
  if (Number.parseInt(version, 10) < oldest) return `it is ${name} ${version}; Portcullis needs ${oldest}.0 or newer`;
  return null;
}
