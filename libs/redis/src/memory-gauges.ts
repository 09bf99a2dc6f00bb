import { Gauge } from 'prom-client';
import type { RedisConnection } from './redis-connection.js';

const watched = new Set<RedisConnection>();

const used = new Gauge({
  name: 'portcullis_redis_memory_used_bytes',
  help: 'What Redis has allocated; while it cannot be asked, the last that was read.',
  collect,
});

const max = new Gauge({
  name: 'portcullis_redis_memory_max_bytes',
  help: 'What Redis may allocate before it evicts; 0 = no limit.',
  collect,
});

const evicted = new Gauge({
  name: 'portcullis_redis_evicted_keys',
  help: 'Keys that Redis has removed for want of memory since it started.',
  collect,
});

const GAUGES = { used_memory: used, maxmemory: max, evicted_keys: evicted };

/** Reads the memory of this Redis whenever metrics are collected, until the function that it returns is called. */
export function watchMemory(connection: RedisConnection): () => void {
  watched.add(connection);
  return () => watched.delete(connection);
}

let reading: Promise<unknown> | null = null;

/** All three gauges are collected at once, and share one look. */
async function collect(): Promise<void> {
  reading ??= Promise.all([...watched].map(read)).finally(() => {
    reading = null;
  });
  await reading;
}

async function read(connection: RedisConnection): Promise<void> {
  const info = await connection.run((redis) => redis.info('memory', 'stats')).catch(() => '');
  for (const [field, gauge] of Object.entries(GAUGES)) {
    const value = new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1];
    if (value !== undefined) gauge.set(Number(value));
  }
}
