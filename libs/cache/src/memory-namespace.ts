import { type LRUCache } from 'lru-cache';
import { type CacheNamespace, type Served } from './cache-namespace.js';
import { fromBytes, toBytes } from './value-bytes.js';

export interface MemoryEntry {
  bytes: Uint8Array;
  /** On the clock of the cache, in milliseconds; counted from before the load began. */
  expiresAtMs: number;
}

interface LoadInFlight {
  bytes: Promise<Uint8Array>;
  expiresAtMs: number;
}

/**
 * One namespace of a memory cache. A load is *current* while it is the one listed for its id: it may be joined, and its
 * result is kept. `delete`, and a newer load after the TTL, take its place away; it then only answers its own callers.
 */
export class MemoryNamespace implements CacheNamespace<unknown> {
  private readonly current = new Map<string, LoadInFlight>();

  constructor(
    private readonly keyPrefix: string,
    private readonly ttlMs: number,
    private readonly entries: LRUCache<string, MemoryEntry>,
    private readonly now: () => number,
  ) {}

  /** Nothing is awaited between looking and listing a load, so two callers can't both find nothing. */
  async getOrLoad(id: string, load: () => Promise<unknown>): Promise<Served<unknown>> {
    const kept = this.unexpired(this.entries.get(this.keyPrefix + id));
    if (kept) return { value: fromBytes(kept.bytes), how: 'L1' };
    const inFlight = this.unexpired(this.current.get(id)) ?? this.begin(id, load);
    return { value: fromBytes(await inFlight.bytes), how: 'miss' };
  }

  delete(id: string): Promise<void> {
    this.current.delete(id);
    this.entries.delete(this.keyPrefix + id);
    return Promise.resolve();
  }

  private begin(id: string, load: () => Promise<unknown>): LoadInFlight {
    const expiresAtMs = this.now() + this.ttlMs;
    const begun = { bytes: load().then(toBytes), expiresAtMs };
    this.current.set(id, begun);
    begun.bytes.then(
      (bytes) => this.end(id, begun) && this.entries.set(this.keyPrefix + id, { bytes, expiresAtMs }),
      () => this.end(id, begun),
    );
    return begun;
  }

  /** Whether the load was still current. */
  private end(id: string, ended: LoadInFlight): boolean {
    return this.current.get(id) === ended && this.current.delete(id);
  }

  private unexpired<E extends { expiresAtMs: number }>(held: E | undefined): E | undefined {
    return held && this.now() < held.expiresAtMs ? held : undefined;
  }
}
