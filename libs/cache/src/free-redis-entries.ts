import type { CopyKey, FreeValues, SweepProgress } from '#coherence';
import { CopiedEntries } from './copied-entries.js';
import type { FreeEntry, FreeStore } from './free-store.js';

/** Entries without a truth elsewhere, in Redis. */
export class FreeRedisEntries extends CopiedEntries implements FreeStore {
  constructor(private readonly values: FreeValues) {
    super(values);
  }

  remove(keys: readonly CopyKey[]): Promise<void> {
    return this.values.remove(keys);
  }

  removeMatching(kind: string, pattern: string, onProgress: (progress: SweepProgress) => void): Promise<number> {
    return this.values.sweep.remove(kind, pattern, onProgress);
  }

  put(entries: readonly FreeEntry[]): Promise<void> {
    return this.values.set(entries.map(({ key, entry, lifeMs }) => ({ key, bytes: entry.bytes, ttlMs: lifeMs })));
  }

  patch(key: CopyKey, offset: number, bytes: Buffer, lifeMs: number): Promise<boolean> {
    return this.values.patch(key, offset, bytes, lifeMs);
  }
}
