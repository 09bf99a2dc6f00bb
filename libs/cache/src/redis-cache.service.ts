import type { FreeValues } from '#coherence';
import { CacheService, type CacheSettings } from './cache-service.js';
import { FreeRedisEntries } from './free-redis-entries.js';
import { type Coherence, RedisEntries } from './redis-entries.js';

const TTL_JITTER = 0.1;

/**
 * Keeps values in Redis, where all nodes share them. Right with any number of nodes, with Redis on or off in each of them,
 * and whatever happens to Redis: while it may not be used, every read loads.
 *
 * When a value was loaded, and until when it is fresh, is written by the clock of who loaded it and read by that of who
 * is served it. Where these differ, values expire earlier or later by the difference, but never later than their TTL, and
 * the grace, after Redis was given them. Nodes that are more than 5 s behind take no entries of the others.
 */
export class RedisCacheService extends CacheService {
  protected override readonly coherent: RedisEntries;
  protected override readonly free: FreeRedisEntries;

  constructor({ free, ...coherence }: Coherence & { free: FreeValues }, settings: CacheSettings = {}) {
    super({ ttlJitter: TTL_JITTER, ...settings });
    this.coherent = new RedisEntries(coherence);
    this.free = new FreeRedisEntries(free);
  }
}
