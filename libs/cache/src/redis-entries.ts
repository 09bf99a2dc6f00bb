import type { CopyKey, CopySweep, InvalidationChannel, SweepProgress, Writes } from '#coherence';
import { commitRemoval } from './commit-removal.js';
import { CopiedEntries, type CopyReads } from './copied-entries.js';

/** What of libs/coherence the entries in Redis go by. */
export interface Coherence extends CopyReads {
  writes: Pick<Writes, 'commit'>;
  sweep: Pick<CopySweep, 'remove'>;
  channel: Pick<InvalidationChannel, 'announce' | 'tellHere'>;
}

/** Entries in Redis, by the rules of libs/coherence. */
export class RedisEntries extends CopiedEntries {
  constructor(private readonly coherence: Coherence) {
    super(coherence);
  }

  remove(keys: readonly CopyKey[]): Promise<void> {
    return commitRemoval(this.coherence.writes, keys);
  }

  /** Which ones memories keep is not known here, so they forget everything. */
  async removeMatching(kind: string, pattern: string, onProgress: (progress: SweepProgress) => void): Promise<number> {
    const removed = await this.coherence.sweep.remove(kind, pattern, onProgress);
    await this.coherence.channel.announce('all');
    this.coherence.channel.tellHere('all');
    return removed;
  }
}
