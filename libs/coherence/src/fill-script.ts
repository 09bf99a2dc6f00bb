import type { Redis } from 'ioredis';

/** What a copy holds: one value, or fields. */
export type Content = Buffer | Map<string, Buffer>;

// KEYS: the copy, its fill lease. ARGV: the token, the TTL in ms, what to keep, and the values. A hash takes the place of
// what was there; fields join it, and live no longer than those that were there before.
const KEEP = `
if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[2])
if ARGV[3] == 'nothing' then return 0 end
if ARGV[3] == 'string' then
  redis.call('set', KEYS[1], ARGV[4], 'px', ARGV[2])
  return 1
end
if ARGV[3] == 'hash' then redis.call('del', KEYS[1]) end
for i = 4, #ARGV, 2 do redis.call('hset', KEYS[1], ARGV[i], ARGV[i + 1]) end
if redis.call('pttl', KEYS[1]) < 0 then redis.call('pexpire', KEYS[1], ARGV[2]) end
return 1`;

export interface Fill {
  copy: string;
  lease: string;
  token: string;
  /** Whether the fields of a hash join what is there, instead of taking its place. */
  joins: boolean;
}

/** Takes the fill lease, unless somebody has it; it lapses by itself. */
export async function takeLease(redis: Redis, { lease, token }: Fill, leaseMs: number): Promise<boolean> {
  return (await redis.set(lease, token, 'PX', leaseMs, 'NX')) === 'OK';
}

/** Keeps the content if the lease is still ours, and gives the lease up; null = only that. Answers whether it was kept. */
export async function keepUnderLease(
  redis: Redis,
  fill: Fill,
  ttlMs: number,
  content: Content | null,
): Promise<boolean> {
  const { copy, lease, token, joins } = fill;
  return (await redis.eval(KEEP, 2, copy, lease, token, Math.ceil(ttlMs), ...written(content, joins))) === 1;
}

function written(content: Content | null, joins: boolean): (string | Buffer)[] {
  if (content === null) return ['nothing'];
  return content instanceof Map ? [joins ? 'fields' : 'hash', ...[...content].flat()] : ['string', content];
}
