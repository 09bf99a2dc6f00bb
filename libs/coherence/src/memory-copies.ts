import type { OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { CopyKey } from '#redis';
import { watchMemory } from './coherence.metrics.js';
import type { Found } from './copy-plan.js';
import type { InvalidationChannel } from './invalidation-channel.js';

export interface MemoryBounds {
  /** The least recently used keys make room. */
  maxEntries: number;
  /** Of copies as they are written, and of their keys; what the process needs to administer them is counted roughly. */
  maxBytes: number;
}

/** A copy, until when it may be served at most, on the monotonic clock, and its size as it is written. */
export interface Held {
  copy: unknown;
  expiresAtMs: number;
  bytes: number;
}

/** All that is held under a key: it goes together. */
interface Slot {
  parts: Map<string, Held>;
  bytes: number;
}

/** A load on its way. It is *current* until its key is dropped: then it answers only those who wait for it already. */
export interface Load {
  found: Promise<Found<unknown, unknown>>;
}

const BYTES_OF_A_SLOT = 200;

/**
 * The copies in the memory of this process. They are served only under the lease of the channel, and dropped when it says
 * so; a load that was under way then is not kept.
 */
export class MemoryCopies implements OnApplicationShutdown {
  private readonly slots: LRUCache<CopyKey, Slot>;
  private readonly loads = new Map<CopyKey, Map<string, Load>>();
  private readonly unwatch = watchMemory(this);

  constructor(
    private readonly channel: InvalidationChannel,
    { maxEntries, maxBytes }: MemoryBounds,
  ) {
    this.slots = new LRUCache({ max: maxEntries, maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes });
    channel.onHeard((what) => (what === 'all' ? this.clear() : this.drop(what)));
  }

  onApplicationShutdown(): void {
    this.unwatch();
    this.clear();
  }

  get entries(): number {
    return this.slots.size;
  }

  get bytes(): number {
    return this.slots.calculatedSize;
  }

  /** The copy, if it may be served at this moment. Awaits nothing. */
  peek(key: CopyKey, part: string): unknown {
    const held = this.unexpired(key, part);
    return held && this.channel.isLeased ? held.copy : undefined;
  }

  /** The same for a copy that is there, while the lease may have lapsed because nobody has read for a while. */
  async peekRenewed(key: CopyKey, part: string): Promise<unknown> {
    if (!this.unexpired(key, part) || !(await this.channel.renew())) return undefined;
    return this.peek(key, part);
  }

  /** The load on its way that a caller of this moment may share. */
  current(key: CopyKey, part: string): Load | undefined {
    const load = this.loads.get(key)?.get(part);
    return load && this.channel.isLeased ? load : undefined;
  }

  /** Whether what is loaded from now on may be kept. */
  get isListening(): boolean {
    return this.channel.isListening;
  }

  /** Begins the load. What is announced from here on, before it ends, keeps it from being kept. */
  begin(key: CopyKey, part: string, find: () => Load['found']): Load {
    const load = {} as Load;
    if (this.channel.isListening) this.list(key, part, load);
    load.found = find();
    return load;
  }

  /** Answers whether the load was still current, so that its result may be kept. */
  end(key: CopyKey, part: string, load: Load): boolean {
    const loads = this.loads.get(key);
    if (loads?.get(part) !== load) return false;
    if (loads.size === 1) this.loads.delete(key);
    else loads.delete(part);
    return true;
  }

  keep(key: CopyKey, part: string, held: Held): void {
    const { parts, bytes } = this.slots.get(key) ?? {
      parts: new Map<string, Held>(),
      bytes: BYTES_OF_A_SLOT + key.length,
    };
    const former = parts.get(part)?.bytes ?? 0;
    this.slots.set(key, { parts: parts.set(part, held), bytes: bytes - former + held.bytes });
  }

  drop(keys: Iterable<CopyKey>): void {
    for (const key of keys) {
      this.loads.delete(key);
      this.slots.delete(key);
    }
  }

  clear(): void {
    this.loads.clear();
    this.slots.clear();
  }

  private list(key: CopyKey, part: string, load: Load): void {
    const loads = this.loads.get(key);
    if (loads) loads.set(part, load);
    else this.loads.set(key, new Map([[part, load]]));
  }

  private unexpired(key: CopyKey, part: string): Held | undefined {
    const held = this.slots.get(key)?.parts.get(part);
    return held && performance.now() < held.expiresAtMs ? held : undefined;
  }
}
