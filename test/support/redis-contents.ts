import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import type { RedisUnderTest } from '#testing';

/** A key of Redis with all that it holds. */
export interface Held {
  key: string;
  /** -1 = it lives for ever. */
  ttlMs: number;
  fields: Map<string, Buffer>;
}

/** What PTTL says of a key that has expired since it was listed. */
const GONE = -2;

/** Everything that Redis holds; a value that is no hash stands under the empty field. */
export async function contentsOf({ url, caFile }: RedisUnderTest): Promise<Held[]> {
  const redis = new Redis(url, { lazyConnect: true, ...(caFile !== null && { tls: { ca: await readFile(caFile) } }) });
  try {
    await redis.connect();
    const keys = new Set<string>();
    for await (const some of redis.scanStream({ count: 1_000 })) for (const key of some as string[]) keys.add(key);
    const held = await Promise.all([...keys].map((key) => heldAt(redis, key)));
    return held.filter(({ ttlMs }) => ttlMs !== GONE);
  } finally {
    redis.disconnect();
  }
}

async function heldAt(redis: Redis, key: string): Promise<Held> {
  const ttlMs = await redis.pttl(key);
  if ((await redis.type(key)) !== 'hash') {
    return { key, ttlMs, fields: new Map([['', (await redis.getBuffer(key)) ?? Buffer.alloc(0)]]) };
  }
  const names = await redis.hkeys(key);
  const values = names.length > 0 ? await redis.hmgetBuffer(key, ...names) : [];
  return { key, ttlMs, fields: new Map(names.map((name, index) => [name, values[index] ?? Buffer.alloc(0)])) };
}
