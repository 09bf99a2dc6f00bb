import type { RedisOptions as ClientSettings } from 'ioredis';
import type { RedisOptions } from './redis.options.js';

const CONNECT_LIMIT_MS = 500;
const KEEP_ALIVE_MS = 5_000;
const SLOWEST_RETRY_MS = 2_000;

/**
 * What makes the client fail at once instead of hanging, and never send a command later than its caller knows: no queue
 * while there is no connection, no second sending after one is lost, and no retry. A connection that stays silent with
 * commands in flight is dropped; a new one is tried for ever.
 */
export function clientSettings(options: RedisOptions, random: () => number): ClientSettings {
  return {
    ...addressOf(options),
    connectionName: 'portcullis',
    lazyConnect: true,
    enableReadyCheck: false, // it needs INFO, which an account may lack; whether Redis is loading is asked with its facts
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: options.commandTimeoutMs,
    socketTimeout: Math.max(10 * options.commandTimeoutMs, CONNECT_LIMIT_MS),
    connectTimeout: CONNECT_LIMIT_MS,
    disconnectTimeout: 0, // or a server that does not hang up in turn keeps the connection, and this process, for 2 s
    keepAlive: KEEP_ALIVE_MS,
    retryStrategy: (attempt) => retryAfterMs(attempt, random),
    // A master that has been demoted: the next connection asks again who the master is.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
  };
}

/** Doubling from 50 ms to 2 s, half of it by chance, so that a fleet does not come back in step. */
export function retryAfterMs(attempt: number, random: () => number): number {
  const longest = Math.min(50 * 2 ** Math.min(attempt - 1, 10), SLOWEST_RETRY_MS);
  return Math.round(longest * (0.5 + random() / 2));
}

function addressOf({ url, sentinels, sentinelMaster, sentinelPassword, tlsCa }: RedisOptions): ClientSettings {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const tls = protocol === 'rediss:' ? { tls: tlsCa === null ? {} : { ca: tlsCa } } : {};
  const account = {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1) || 0),
  };
  if (sentinels.length === 0) {
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379), ...account, ...tls };
  }
  return {
    sentinels: [...sentinels],
    name: sentinelMaster,
    // Without the client's fail-over detector: it ends the client for good when it speaks up while that is connecting.
    role: 'master',
    sentinelCommandTimeout: CONNECT_LIMIT_MS,
    sentinelRetryStrategy: () => CONNECT_LIMIT_MS,
    ...(sentinelPassword !== null && { sentinelPassword }),
    ...(tls.tls && { enableTLSForSentinelMode: true, sentinelTLS: tls.tls }),
    ...account,
    ...tls,
  };
}
