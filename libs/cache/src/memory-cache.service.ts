import { type InvalidationChannel, LocalChannel, type Writes } from '#coherence';
import { AnnouncedMemoryEntries } from './announced-memory-entries.js';
import { CacheService, type CacheSettings } from './cache-service.js';
import { EntryMemory, type MemoryBounds } from './entry-memory.js';
import { FreeMemoryEntries } from './free-memory-entries.js';
import { MemoryEntries } from './memory-entries.js';
import { requirePositiveInteger } from './required-numbers.js';

/** Its clock never goes back. */
export interface MemoryCacheOptions extends MemoryBounds, CacheSettings {}

/** How the memory hears of changes, and how others hear of deletions here; null = there are no others. */
export interface Hearing {
  channel: InvalidationChannel;
  writes: Pick<Writes, 'commit'> | null;
}

/**
 * Keeps values in the memory of this process, which hears by the channel what others have changed; without one, right only
 * where one process does all the writing. Serves nothing that it keeps while it may not have heard everything. An entry
 * larger than `maxBytes` is served but not kept. The bounds count for coherent and for free namespaces separately.
 */
export class MemoryCacheService extends CacheService {
  protected override readonly coherent: MemoryEntries;
  protected override readonly free: FreeMemoryEntries;

  constructor(
    { maxEntries, maxBytes, now = () => performance.now(), ...settings }: MemoryCacheOptions,
    { channel, writes }: Hearing = { channel: new LocalChannel(), writes: null },
  ) {
    super({ now, ...settings });
    requirePositiveInteger('maxEntries', maxEntries);
    requirePositiveInteger('maxBytes', maxBytes);
    const memory = new EntryMemory({ maxEntries, maxBytes });
    channel.onHeard((what) => (what === 'all' ? memory.clear() : memory.drop(what)));
    this.coherent = writes
      ? new AnnouncedMemoryEntries(memory, now, channel, writes)
      : new MemoryEntries(memory, now, channel);
    // Of these nobody else knows, so nothing can have been missed.
    this.free = new FreeMemoryEntries(new EntryMemory({ maxEntries, maxBytes }), now, new LocalChannel());
  }
}
