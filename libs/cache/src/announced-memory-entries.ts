import type { CopyKey, InvalidationChannel, Writes } from '#coherence';
import { commitRemoval } from './commit-removal.js';
import type { EntryMemory } from './entry-memory.js';
import { MemoryEntries } from './memory-entries.js';

/** Entries in the memory of one process among others, who may keep the same ones. */
export class AnnouncedMemoryEntries extends MemoryEntries {
  constructor(
    memory: EntryMemory,
    now: () => number,
    channel: InvalidationChannel,
    private readonly writes: Pick<Writes, 'commit'>,
  ) {
    super(memory, now, channel);
  }

  override remove(keys: readonly CopyKey[]): Promise<void> {
    return commitRemoval(this.writes, keys);
  }
}
