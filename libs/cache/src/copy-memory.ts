import { LRUCache } from 'lru-cache';
import { type CopyKey } from '#coherence';

/** Over all namespaces. */
export interface MemoryBounds {
  /** The least recently used entries make room. */
  maxEntries: number;
  /** Serialised values and their keys, not what the process needs to administer them. */
  maxBytes: number;
}

interface Dated {
  /** On the clock of the cache, in milliseconds; counted from before the load began. */
  expiresAtMs: number;
}

interface MemoryEntry extends Dated {
  bytes: Uint8Array;
}

export interface LoadInFlight extends Dated {
  bytes: Promise<Uint8Array>;
}

/**
 * What all namespaces keep. A load is *current* while it is the one listed for its key: it may be joined, and its result is
 * kept. A drop, and a newer load after the TTL, take its place away; it then only answers its own callers.
 */
export class CopyMemory {
  readonly current = new Map<CopyKey, LoadInFlight>();
  readonly entries: LRUCache<CopyKey, MemoryEntry>;

  constructor({ maxEntries, maxBytes }: MemoryBounds) {
    this.entries = new LRUCache({ max: maxEntries, maxSize: maxBytes, sizeCalculation: sizeOf });
  }

  drop(keys: Iterable<CopyKey>): void {
    for (const key of keys) {
      this.current.delete(key);
      this.entries.delete(key);
    }
  }
}

function sizeOf({ bytes }: MemoryEntry, key: CopyKey): number {
  return bytes.byteLength + Buffer.byteLength(key);
}
