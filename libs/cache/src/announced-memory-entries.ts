import type { CopyKey, InvalidationChannel, SweepProgress, Writes } from '#coherence';
import { commitRemoval } from './commit-removal.js';
import type { EntryMemory } from './entry-memory.js';
import { MemoryEntries } from './memory-entries.js';

/** Entries in the memory of one process among others, who may keep the same ones. */
export class AnnouncedMemoryEntries extends MemoryEntries {
  constructor(
    memory: EntryMemory,
    now: () => number,
    protected override readonly channel: InvalidationChannel,
    private readonly writes: Pick<Writes, 'commit'>,
  ) {
    super(memory, now, channel);
  }

  override remove(keys: readonly CopyKey[]): Promise<void> {
    return commitRemoval(this.writes, keys);
  }

  /** Which ones other memories keep is not known here, so they forget everything. */
  override async removeMatching(
    kind: string,
    pattern: string,
    onProgress: (progress: SweepProgress) => void,
  ): Promise<number> {
    const removed = await super.removeMatching(kind, pattern, onProgress);
    await this.channel.announce('all');
    return removed;
  }
}
