import { LRUCache } from 'lru-cache';
import { type CacheNamespace } from './cache-namespace.js';
import { CacheService, type NamespaceOptions } from './cache-service.js';
import { type MemoryEntry, MemoryNamespace } from './memory-namespace.js';
import { requirePositiveInteger } from './positive-integer.js';

export interface MemoryCacheOptions {
  /** Over all namespaces; the least recently used entries make room. */
  maxEntries: number;
  /** Over all namespaces: serialised values and their keys, not what the process needs to administer them. */
  maxBytes: number;
  /** Milliseconds on a clock that never goes back. */
  now?: () => number;
}

/**
 * Keeps values in the memory of this process and hears of no other: right only where one process does all the writing.
 * An entry larger than `maxBytes` is served but not kept.
 */
export class MemoryCacheService extends CacheService {
  private readonly entries: LRUCache<string, MemoryEntry>;
  private readonly now: () => number;

  constructor({ maxEntries, maxBytes, now = () => performance.now() }: MemoryCacheOptions) {
    super();
    requirePositiveInteger('maxEntries', maxEntries);
    requirePositiveInteger('maxBytes', maxBytes);
    this.now = now;
    this.entries = new LRUCache({ max: maxEntries, maxSize: maxBytes, sizeCalculation: sizeOf });
  }

  protected override open(name: string, { ttlSeconds }: NamespaceOptions): CacheNamespace<unknown> {
    // A name never holds a colon, so no id can reach into another namespace.
    return new MemoryNamespace(`${name}:`, ttlSeconds * 1000, this.entries, this.now);
  }
}

function sizeOf({ bytes }: MemoryEntry, key: string): number {
  return bytes.byteLength + Buffer.byteLength(key);
}
