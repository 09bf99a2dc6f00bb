import type { CopyKey } from '#coherence';
import { Entry } from './entry.js';
import type { FreeEntry, FreeStore } from './free-store.js';
import { MemoryEntries } from './memory-entries.js';

/** Entries without a truth elsewhere, in the memory of this process. */
export class FreeMemoryEntries extends MemoryEntries implements FreeStore {
  put(entries: readonly FreeEntry[]): Promise<void> {
    this.memory.drop(entries.map(({ key }) => key));
    const nowMs = this.now();
    for (const { key, entry, lifeMs } of entries) this.memory.entries.set(key, { entry, expiresAtMs: nowMs + lifeMs });
    return Promise.resolve();
  }

  patch(key: CopyKey, offset: number, bytes: Buffer, lifeMs: number): Promise<boolean> {
    const kept = this.memory.entries.get(key);
    if (!kept || this.at(key) === null) return Promise.resolve(false);
    const patched = Buffer.from(kept.entry.bytes);
    patched.set(bytes, offset);
    const expiresAtMs = lifeMs === 0 ? kept.expiresAtMs : this.now() + lifeMs;
    this.memory.entries.set(key, { entry: Entry.read(patched)!, expiresAtMs });
    return Promise.resolve(true);
  }
}
