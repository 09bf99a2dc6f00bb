import { Counter } from 'prom-client';

export const cacheReads = new Counter({
  name: 'portcullis_cache_reads_total',
  help: 'Reads through the cache by how they were served: L1 = from memory, L2 = from Redis, miss = loaded to be kept, bypass = loaded.',
  labelNames: ['namespace', 'served'],
});
