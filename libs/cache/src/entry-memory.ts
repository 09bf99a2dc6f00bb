import { LRUCache } from 'lru-cache';
import type { CopyKey } from '#coherence';
import type { Entry } from './entry.js';

/** Over all namespaces. */
export interface MemoryBounds {
  /** The least recently used entries make room. */
  maxEntries: number;
  /** Serialised values and their keys, not what the process needs to administer them. */
  maxBytes: number;
}

interface KeptEntry {
  entry: Entry;
  /** On the clock of the cache, in milliseconds; counted from before the load began. */
  expiresAtMs: number;
}

export interface LoadInFlight {
  entry: Promise<Entry>;
  begunAtMs: number;
  /** The generations that it belongs to. */
  beside: readonly CopyKey[];
}

/**
 * What all namespaces keep. A load is *current* while it is the one listed for its key: it may be joined, and its result is
 * kept. A drop of its key or of one of its generations, and a newer load after the TTL, take its place away; it then only
 * answers its own callers.
 */
export class EntryMemory {
  readonly current = new Map<CopyKey, LoadInFlight>();
  readonly entries: LRUCache<CopyKey, KeptEntry>;

  constructor({ maxEntries, maxBytes }: MemoryBounds) {
    this.entries = new LRUCache({ max: maxEntries, maxSize: maxBytes, sizeCalculation: sizeOf });
  }

  clear(): void {
    this.current.clear();
    this.entries.clear();
  }

  drop(keys: Iterable<CopyKey>): void {
    const dropped = new Set(keys);
    for (const key of dropped) {
      this.current.delete(key);
      this.entries.delete(key);
    }
    for (const [key, { beside }] of this.current) {
      if (beside.some((each) => dropped.has(each))) this.current.delete(key);
    }
  }
}

function sizeOf({ entry }: KeptEntry, key: CopyKey): number {
  return entry.bytes.byteLength + Buffer.byteLength(key);
}
