import { type CopyKey } from '#coherence';
import { type CacheNamespace, type Served } from './cache-namespace.js';
import { type CopyMemory, type LoadInFlight } from './copy-memory.js';
import { fromBytes, toBytes } from './value-bytes.js';

/** One namespace of a memory cache. */
export class MemoryNamespace implements CacheNamespace<unknown> {
  constructor(
    readonly key: (id: string) => CopyKey,
    private readonly ttlMs: number,
    private readonly memory: CopyMemory,
    private readonly now: () => number,
  ) {}

  /** Nothing is awaited between looking and listing a load, so two callers can't both find nothing. */
  async getOrLoad(id: string, load: () => Promise<unknown>): Promise<Served<unknown>> {
    const key = this.key(id);
    const kept = this.unexpired(this.memory.entries.get(key));
    if (kept) return { value: fromBytes(kept.bytes), how: 'L1' };
    const inFlight = this.unexpired(this.memory.current.get(key)) ?? this.begin(key, load);
    return { value: fromBytes(await inFlight.bytes), how: 'miss' };
  }

  delete(id: string): Promise<void> {
    this.memory.drop([this.key(id)]);
    return Promise.resolve();
  }

  private begin(key: CopyKey, load: () => Promise<unknown>): LoadInFlight {
    const expiresAtMs = this.now() + this.ttlMs;
    const begun = { bytes: load().then(toBytes), expiresAtMs };
    this.memory.current.set(key, begun);
    begun.bytes.then(
      (bytes) => this.end(key, begun) && this.memory.entries.set(key, { bytes, expiresAtMs }),
      () => this.end(key, begun),
    );
    return begun;
  }

  /** Whether the load was still current. */
  private end(key: CopyKey, ended: LoadInFlight): boolean {
    return this.memory.current.get(key) === ended && this.memory.current.delete(key);
  }

  private unexpired<E extends { expiresAtMs: number }>(held: E | undefined): E | undefined {
    return held && this.now() < held.expiresAtMs ? held : undefined;
  }
}
