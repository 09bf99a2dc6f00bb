import type { CopyKey } from '#coherence';
import type { Entry } from './entry.js';
import type { EntryStore } from './entry-store.js';

export interface FreeEntry {
  key: CopyKey;
  entry: Entry;
  lifeMs: number;
}

/** Where entries lie that have no truth elsewhere. */
export interface FreeStore extends EntryStore {
  /** In place of what is there, and of what is being loaded. */
  put(entries: readonly FreeEntry[]): Promise<void>;

  /** Writes over a part of an entry, and has it live for so long, unless that is 0. Answers whether it is there. */
  patch(key: CopyKey, offset: number, bytes: Buffer, lifeMs: number): Promise<boolean>;
}
