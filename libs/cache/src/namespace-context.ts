import { type CopyKey, copyKey } from '#coherence';
import { Entry } from './entry.js';
import type { EntryPlan, EntryStore, FoundEntry } from './entry-store.js';
import { GENERATION_BYTES, newGeneration, sortedTags } from './generations.js';
import type { NamespaceCounts } from './namespace-counts.js';
import type { NamespaceRules } from './namespace-options.js';
import { ValueCodec } from './value-codec.js';

/** Longer than entries live, as a rule: when a generation goes, what belongs to it is loaded anew. */
const GENERATION_TTL_MS = 7 * 86_400_000;
const NONE = Buffer.alloc(0);

export interface Surroundings {
  /** Milliseconds: a wall clock where several processes share the entries. */
  now: () => number;
  /** From 0 up to, not including, 1. */
  random: () => number;
}

/** What belongs to generations, and those of them that it has seen. */
interface Generational {
  beside: readonly CopyKey[];
  besideSeen: readonly (Entry | null)[];
}

/** What everything in one namespace has in common. */
export class NamespaceContext<T> {
  readonly codec: ValueCodec<T>;
  readonly now: () => number;
  readonly random: () => number;

  constructor(
    readonly name: string,
    readonly rules: NamespaceRules,
    readonly store: EntryStore,
    readonly counts: NamespaceCounts,
    { now, random }: Surroundings,
  ) {
    this.codec = new ValueCodec(rules);
    this.now = now;
    this.random = random;
  }

  /** The generation of the whole namespace. */
  readonly everything = copyKey(`cache:${this.name}:everything`, 'everything');

  readonly kind = `cache:${this.name}`;

  key(id: string): CopyKey {
    return copyKey(this.kind, id);
  }

  tag(tag: string): CopyKey {
    return copyKey(`cache:${this.name}:tag`, tag);
  }

  /** The keys of the generations that an entry with these tags belongs to. */
  beside(tags: readonly string[] = []): readonly CopyKey[] {
    const ofTags = sortedTags(tags).map((tag) => this.tag(tag));
    return this.rules.isClearable ? [this.everything, ...ofTags] : ofTags;
  }

  /** The generations of now, one after the other; those that are not there are made. */
  async generationsOf(reading: Generational, made = new Map<CopyKey, Promise<FoundEntry>>()): Promise<Buffer> {
    const { beside, besideSeen } = reading;
    if (beside.length === 0) return NONE;
    const found = beside.map(async (key, index) => generationIn(besideSeen[index]) ?? this.generationAt(key, made));
    return Buffer.concat(await Promise.all(found));
  }

  generationsOfMany(readings: readonly Generational[]): Promise<Buffer[]> {
    const made = new Map<CopyKey, Promise<FoundEntry>>();
    return Promise.all(readings.map((reading) => this.generationsOf(reading, made)));
  }

  /** Counts the load, and its time, however it ends. */
  async measured<R>(load: () => Promise<R>): Promise<R> {
    const { counts } = this;
    const startedAt = performance.now();
    counts.loads += 1;
    try {
      return await load();
    } catch (error) {
      counts.loadErrors += 1;
      throw error;
    } finally {
      counts.loadMs += performance.now() - startedAt;
    }
  }

  private async generationAt(key: CopyKey, made: Map<CopyKey, Promise<FoundEntry>>): Promise<Buffer> {
    const finding = made.get(key) ?? this.store.find(this.planOfGeneration(key));
    made.set(key, finding);
    return (await finding).entry.payload;
  }

  private planOfGeneration(key: CopyKey): EntryPlan {
    return {
      key,
      beside: [],
      isShared: true,
      ttlMs: GENERATION_TTL_MS,
      accept: (entry) => generationIn(entry) !== null,
      load: () => Promise.resolve(newGenerationEntry(this.now())),
      lifeMs: () => GENERATION_TTL_MS,
      stored: () => undefined,
    };
  }
}

function generationIn(entry: Entry | null | undefined): Buffer | null {
  return entry?.payload.length === GENERATION_BYTES ? entry.payload : null;
}

function newGenerationEntry(loadedAtMs: number): Entry {
  const dates = { loadedAtMs, freshUntilMs: loadedAtMs + GENERATION_TTL_MS, loadMs: 0 };
  return Entry.of({ ...dates, isCompressed: false, isNothing: false, generations: NONE, payload: newGeneration() });
}
