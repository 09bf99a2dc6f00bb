import { type CacheNamespace } from './cache-namespace.js';
import { CacheService, cacheKey } from './cache-service.js';
import { fromBytes, toBytes } from './value-bytes.js';

/** Keeps nothing: every read loads, and `delete` has nothing to do. */
export class NoCacheService extends CacheService {
  protected override open(name: string): CacheNamespace<unknown> {
    return {
      key: (id) => cacheKey(name, id),
      // Copied as by every other cache, so that a value which only works uncached is found out at once.
      getOrLoad: async (_id, load) => ({ value: fromBytes(toBytes(await load())), how: 'bypass' }),
      delete: () => Promise.resolve(),
    };
  }
}
