import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';

export type RedisCommand = [name: string, ...args: (string | Buffer | number)[]];

export interface RedisAddress {
  url: string;
  /** The authority to trust, for `rediss:`. */
  caFile: string | null;
}

/** Neither a second attempt, nor a command that nobody has asked for: tests look at what a server is asked. */
const QUIET = {
  lazyConnect: true,
  retryStrategy: null,
  enableReadyCheck: false,
  disableClientInfo: true,
  protocol: 2,
  disconnectTimeout: 0, // or each attempt that finds no server leaves a timer behind
} as const;

/**
 * Runs one command over a connection of its own. Waits for as long as a paused server takes; rejects at once with the
 * reason when there is no server, and when it dies meanwhile.
 */
export async function runCommand(address: RedisAddress, [name, ...args]: RedisCommand): Promise<unknown> {
  const tls = address.caFile === null ? {} : { tls: { ca: await readFile(address.caFile) } };
  const client = new Redis(address.url, { ...QUIET, ...tls });
  let reason: Error | undefined;
  client.on('error', (error: Error) => {
    reason = error;
  });
  try {
    await client.connect();
    return await client.call(name, args);
  } catch (error) {
    throw reason ?? error;
  } finally {
    client.disconnect();
  }
}
