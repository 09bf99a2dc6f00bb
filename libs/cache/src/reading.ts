import type { CopyKey } from '#coherence';
import type { Entry } from './entry.js';
import type { EntryPlan } from './entry-store.js';
import { freshnessOf } from './freshness.js';
import { compareGenerations } from './generations.js';
import type { NamespaceContext } from './namespace-context.js';
import { ttlMsOf } from './ttl.js';

/** One read of one id: what it comes across on its way, and what it makes of it. */
export class Reading<T> implements EntryPlan {
  /** What has expired, though nothing else speaks against it, as it was last seen. */
  stale: Entry | null = null;
  /** Whether what is served should be loaded anew. */
  isEarly = false;
  /** Called whenever it turns out that there is something to wait for. */
  onMiss: (() => void) | null = null;
  private isAccepted = false;
  private opened: { entry: Entry; value: T } | null = null;
  besideSeen: readonly (Entry | null)[] = [];

  constructor(
    private readonly context: NamespaceContext<T>,
    readonly id: string,
    readonly key: CopyKey,
    readonly beside: readonly CopyKey[],
    private readonly source: () => Promise<T>,
    /** Entries that were loaded then, or before, will not do. */
    private readonly newerThanMs = Number.NEGATIVE_INFINITY,
  ) {}

  /** What has been said of its tags is known where all processes share it. */
  get isShared(): boolean {
    return this.beside.length > 0;
  }

  get ttlMs(): number {
    return this.context.rules.ttlMs;
  }

  accept(entry: Entry | null, beside: readonly (Entry | null)[]): boolean {
    this.besideSeen = beside;
    this.stale = null;
    this.isAccepted = entry !== null && entry.loadedAtMs > this.newerThanMs && this.judge(entry);
    if (this.isAccepted) this.context.counts.bytesRead += entry!.bytes.length;
    else this.onMiss?.();
    return this.isAccepted;
  }

  /** Whether there is something to serve without a load, if only in need. */
  get isServable(): boolean {
    return this.isAccepted || this.stale !== null;
  }

  async load(): Promise<Entry> {
    this.onMiss?.();
    const { context } = this;
    // Before the load: what is deleted after this moment, the entry does not belong to.
    const generations = await context.generationsOf(this);
    const loadedAtMs = context.now();
    const value = await context.measured(this.source);
    return this.toEntry(value, loadedAtMs, generations);
  }

  toEntry(value: unknown, loadedAtMs: number, generations: Buffer): Entry {
    const { codec, rules, random, now } = this.context;
    const ttlMs = ttlMsOf(value, rules, random);
    return codec.toEntry(value, { loadedAtMs, loadMs: now() - loadedAtMs, ttlMs, generations });
  }

  lifeMs({ freshUntilMs, loadedAtMs }: Entry): number {
    const ttlMs = freshUntilMs - loadedAtMs;
    return ttlMs > 0 ? ttlMs + this.context.rules.graceMs : 0;
  }

  stored(isKept: boolean, entry: Entry): void {
    if (isKept) this.context.counts.bytesStored += entry.bytes.length;
    else this.context.counts.fillsRefused += 1;
  }

  /** The value of the entry that was found or loaded. */
  valueOf(entry: Entry): T {
    const { opened } = this;
    this.opened = null;
    return opened?.entry === entry ? opened.value : this.context.codec.valueOf(entry);
  }

  /** For what is newer than what it was served. */
  again(): Reading<T> {
    const { context, id, key, beside, source, opened } = this;
    return new Reading(context, id, key, beside, source, opened?.entry.loadedAtMs);
  }

  /** Whether it may be served. What cannot be read is as good as gone. */
  private judge(entry: Entry): boolean {
    const generations = this.beside.length === 0 && entry.generations.length === 0 ? 'same' : this.compare(entry);
    if (generations === 'other') return false;
    const { rules, now, random } = this.context;
    const freshness = freshnessOf(entry, now(), rules, random);
    if (freshness === 'gone' || !this.open(entry)) return false;
    if (freshness === 'expired' || generations === 'softened') {
      this.keepForNeed(entry);
      return false;
    }
    this.isEarly = freshness === 'early';
    return true;
  }

  private compare(entry: Entry) {
    return compareGenerations(
      entry.generations,
      this.besideSeen.map((each) => each && each.payload),
    );
  }

  private keepForNeed(entry: Entry): void {
    if (this.context.rules.graceMs > 0) this.stale = entry;
  }

  private open(entry: Entry): boolean {
    try {
      this.opened = { entry, value: this.context.codec.valueOf(entry) };
      return true;
    } catch {
      return false; // damaged, of another version of the application, or not what `validate` lets pass
    }
  }
}
