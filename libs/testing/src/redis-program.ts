import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fetchRedis } from './fetch-redis.js';

const run = promisify(execFile);

export interface RedisProgram {
  command: string;
  /** What the environment needs in addition. */
  env: Record<string, string>;
}

/**
 * The server program for tests: `redis-server` or `valkey-server` of the PATH, else the one of Debian's or Ubuntu's
 * packages, fetched into a cache folder of the checkout. Rejects with what to do when there is neither.
 */
export async function findRedisServer(): Promise<RedisProgram> {
  return (await installedServer()) ?? (await fetchRedis());
}

async function installedServer(): Promise<RedisProgram | undefined> {
  try {
    const found = await run('/bin/sh', ['-c', 'command -v redis-server || command -v valkey-server']);
    return { command: found.stdout.trim(), env: {} };
  } catch {
    return undefined; // neither is installed
  }
}
