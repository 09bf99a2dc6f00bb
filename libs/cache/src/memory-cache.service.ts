import { type CopyKey, type LocalCopies } from '#coherence';
import { type CacheNamespace } from './cache-namespace.js';
import { CacheService, cacheKey, type NamespaceOptions } from './cache-service.js';
import { CopyMemory, type MemoryBounds } from './copy-memory.js';
import { MemoryNamespace } from './memory-namespace.js';
import { requirePositiveInteger } from './positive-integer.js';

export interface MemoryCacheOptions extends MemoryBounds {
  /** Milliseconds on a clock that never goes back. */
  now?: () => number;
}

/**
 * Keeps values in the memory of this process and hears of no other: right only where one process does all the writing.
 * An entry larger than `maxBytes` is served but not kept.
 */
export class MemoryCacheService extends CacheService {
  private readonly memory: CopyMemory;
  private readonly now: () => number;

  constructor({ now = () => performance.now(), ...bounds }: MemoryCacheOptions, local?: LocalCopies) {
    super();
    requirePositiveInteger('maxEntries', bounds.maxEntries);
    requirePositiveInteger('maxBytes', bounds.maxBytes);
    this.now = now;
    this.memory = new CopyMemory(bounds);
    local?.register((keys: Iterable<CopyKey>) => this.memory.drop(keys));
  }

  protected override open(name: string, { ttlSeconds }: NamespaceOptions): CacheNamespace<unknown> {
    return new MemoryNamespace((id) => cacheKey(name, id), ttlSeconds * 1000, this.memory, this.now);
  }
}
