import type { CopyKey, LocalCopies } from '#coherence';
import { CacheService, type CacheSettings } from './cache-service.js';
import { EntryMemory, type MemoryBounds } from './entry-memory.js';
import { FreeMemoryEntries } from './free-memory-entries.js';
import { MemoryEntries } from './memory-entries.js';
import { requirePositiveInteger } from './required-numbers.js';

/** Its clock never goes back. */
export interface MemoryCacheOptions extends MemoryBounds, CacheSettings {}

/**
 * Keeps values in the memory of this process and hears of no other: right only where one process does all the writing.
 * An entry larger than `maxBytes` is served but not kept.
 */
export class MemoryCacheService extends CacheService {
  protected override readonly coherent: MemoryEntries;
  protected override readonly free: FreeMemoryEntries;

  constructor(
    { maxEntries, maxBytes, now = () => performance.now(), ...settings }: MemoryCacheOptions,
    local?: LocalCopies,
  ) {
    super({ now, ...settings });
    requirePositiveInteger('maxEntries', maxEntries);
    requirePositiveInteger('maxBytes', maxBytes);
    const memory = new EntryMemory({ maxEntries, maxBytes });
    local?.register((keys: Iterable<CopyKey>) => memory.drop(keys));
    this.coherent = new MemoryEntries(memory, now);
    this.free = new FreeMemoryEntries(memory, now);
  }
}
