import { randomInt } from 'node:crypto';
import type { CopyKey, SharedCopies, Writes } from '#coherence';
import type { CacheNamespace, Served } from './cache-namespace.js';
import { CacheService, cacheKey, type NamespaceOptions } from './cache-service.js';
import { fromBytes, toBytes } from './value-bytes.js';

export interface RedisCacheOptions {
  /** Values that were loaded together do not all expire together: each TTL is shorter by up to this part, by chance. */
  ttlJitter?: number;
}

const TTL_JITTER = 0.1;

/**
 * Keeps values in Redis, where all nodes share them. Right with any number of nodes, with Redis on or off in each of them,
 * and whatever happens to Redis: while it may not be used, every read loads.
 */
export class RedisCacheService extends CacheService {
  constructor(
    private readonly copies: SharedCopies,
    private readonly writes: Writes,
    private readonly options: RedisCacheOptions = {},
  ) {
    super();
  }

  protected override open(name: string, { ttlSeconds }: NamespaceOptions): CacheNamespace<unknown> {
    const key = (id: string) => cacheKey(name, id);
    return {
      key,
      getOrLoad: async (id, load) => this.serve(key(id), ttlSeconds, load),
      delete: (id) => this.writes.commit((_, invalidate) => Promise.resolve(invalidate(key(id)))), // there is no more to change
    };
  }

  private async serve(key: CopyKey, ttlSeconds: number, load: () => Promise<unknown>): Promise<Served<unknown>> {
    const found = await this.copies.find<Copy, Buffer>({
      key,
      ttlMs: this.jittered(ttlSeconds * 1_000),
      decode: ([bytes]) => (bytes ? readCopy(bytes) : null),
      load: async () => toBytes(await load()),
      encode: (bytes) => bytes,
    });
    if ('copy' in found) return { ...found.copy, how: 'L2' };
    return { value: fromBytes(found.truth), how: found.how };
  }

  private jittered(ttlMs: number): number {
    return ttlMs * (1 - ((this.options.ttlJitter ?? TTL_JITTER) * randomInt(1_000)) / 1_000);
  }
}

interface Copy {
  value: unknown;
}

function readCopy(bytes: Buffer): Copy | null {
  try {
    return { value: fromBytes(bytes) };
  } catch {
    // Written by a newer version of Node, or damaged: to be loaded anew.
    return null;
  }
}
