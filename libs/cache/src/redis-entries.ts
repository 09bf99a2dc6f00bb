import type { CopyKey, CopySweep, SweepProgress, Writes } from '#coherence';
import { CopiedEntries, type CopyReads } from './copied-entries.js';

/** What of libs/coherence the entries in Redis go by. */
export interface Coherence extends CopyReads {
  writes: Pick<Writes, 'commit'>;
  sweep: Pick<CopySweep, 'remove'>;
}

const KEYS_IN_ONE_COMMIT = 1_000;

/** Entries in Redis, by the rules of libs/coherence. */
export class RedisEntries extends CopiedEntries {
  constructor(private readonly coherence: Coherence) {
    super(coherence);
  }

  /** There is nothing more to change: it has been changed by other means. */
  async remove(keys: readonly CopyKey[]): Promise<void> {
    for (let from = 0; from < keys.length; from += KEYS_IN_ONE_COMMIT) {
      const some = keys.slice(from, from + KEYS_IN_ONE_COMMIT);
      await this.coherence.writes.commit((_, invalidate) => Promise.resolve(some.forEach(invalidate)));
    }
  }

  removeMatching(kind: string, pattern: string, onProgress: (progress: SweepProgress) => void): Promise<number> {
    return this.coherence.sweep.remove(kind, pattern, onProgress);
  }
}
