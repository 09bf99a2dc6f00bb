import type { CopyKey, CopySweep, SweepProgress, Writes } from '#coherence';
import { commitRemoval } from './commit-removal.js';
import { CopiedEntries, type CopyReads } from './copied-entries.js';

/** What of libs/coherence the entries in Redis go by. */
export interface Coherence extends CopyReads {
  writes: Pick<Writes, 'commit'>;
  sweep: Pick<CopySweep, 'remove'>;
}

/** Entries in Redis, by the rules of libs/coherence. */
export class RedisEntries extends CopiedEntries {
  constructor(private readonly coherence: Coherence) {
    super(coherence);
  }

  remove(keys: readonly CopyKey[]): Promise<void> {
    return commitRemoval(this.coherence.writes, keys);
  }

  removeMatching(kind: string, pattern: string, onProgress: (progress: SweepProgress) => void): Promise<number> {
    return this.coherence.sweep.remove(kind, pattern, onProgress);
  }
}
