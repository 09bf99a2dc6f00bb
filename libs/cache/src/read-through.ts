import type { CopyKey } from '#coherence';
import type { Entry } from './entry.js';
import type { HowFound, LoadEntries } from './entry-store.js';
import { LoadDeadline } from './load-deadline.js';
import type { NamespaceContext } from './namespace-context.js';
import { Reading } from './reading.js';

/** How a read was served: as an entry is found, or `stale`: after it expired, because its load failed or took long. */
export type HowServed = HowFound | 'stale';

export interface Served<T> {
  value: T;
  how: HowServed;
}

/** Loads several ids at once. An id that its answer leaves out has no value. */
export type LoadMany<T> = (ids: string[]) => Promise<ReadonlyMap<string, T>>;

type Tags = readonly string[] | undefined;
export type TagsOf = (id: string) => Tags;

interface Answer {
  entry: Entry;
  how: HowServed;
}

const neverLoads = (): never => {
  throw new Error('Many are loaded together, and a look loads nothing.');
};

/** All reads of one namespace. */
export class ReadThrough<T> {
  private readonly refreshing = new Set<CopyKey>();
  /** Whether there is anything else to do about a load than to wait for it. */
  private readonly hasOtherWays: boolean;

  constructor(private readonly context: NamespaceContext<T>) {
    const { graceMs, hardTimeoutMs } = context.rules;
    this.hasOtherWays = graceMs > 0 || hardTimeoutMs !== null;
  }

  async getOrLoad(id: string, load: () => Promise<T>, tags: Tags): Promise<Served<T>> {
    const reading = this.reading(id, tags, load);
    const answer = this.context.store.peek(reading) ?? (await this.findOrElse(reading));
    if (reading.isEarly) this.refresh([reading], loadOne);
    return this.serve(reading, answer);
  }

  /** Without the ids that have no value. */
  async getOrLoadMany(ids: Iterable<string>, load: LoadMany<T>, tagsOf?: TagsOf): Promise<Map<string, Served<T>>> {
    const readings = Array.from(new Set(ids), (id) => this.reading(id, tagsOf?.(id), neverLoads));
    const loadEntries = this.loaderOf(load);
    const find = () => this.context.store.findMany(readings, loadEntries);
    const answers = await (this.hasOtherWays ? this.orElse(readings, find) : find());
    const early = readings.filter(({ isEarly }) => isEarly);
    if (early.length > 0) this.refresh(early, loadEntries);
    const served = new Map<string, Served<T>>();
    for (const [index, reading] of readings.entries()) {
      const answer = answers[index]!;
      const each = this.serve(reading, answer);
      if (!answer.entry.isNothing) served.set(reading.id, each);
    }
    return served;
  }

  /** What is kept and would be served, in the order of the ids. */
  async look(ids: readonly string[], tagsOf?: TagsOf): Promise<(Served<T> | null)[]> {
    const readings = ids.map((id) => this.reading(id, tagsOf?.(id), neverLoads));
    const found = await this.context.store.look(readings);
    return readings.map((reading, index) => {
      const each = found[index];
      if (each) return this.serve(reading, each);
      this.context.counts.reads.absent += 1;
      return null;
    });
  }

  private reading(id: string, tags: Tags, load: () => Promise<T>, newerThanMs?: number): Reading<T> {
    const { context } = this;
    return new Reading(context, id, context.key(id), context.beside(tags), load, newerThanMs);
  }

  private serve(reading: Reading<T>, { entry, how }: Answer): Served<T> {
    const isKept = how === 'L1' || how === 'L2';
    this.context.counts.reads[isKept && entry.isNothing ? 'negative' : how] += 1;
    return { value: reading.valueOf(entry), how };
  }

  private async findOrElse(reading: Reading<T>): Promise<Answer> {
    if (!this.hasOtherWays) return this.context.store.find(reading);
    const [answer] = await this.orElse([reading], async () => [await this.context.store.find(reading)]);
    return answer!;
  }

  /** What is found or loaded, in time; else what has expired, if the namespace allows that; else the error. */
  private async orElse(
    readings: readonly Reading<T>[],
    find: () => Promise<readonly Answer[]>,
  ): Promise<readonly Answer[]> {
    const deadline = new LoadDeadline(this.context, () => readings.every(({ isServable }) => isServable));
    for (const reading of readings) reading.onMiss = () => deadline.begin();
    try {
      return await Promise.race([find(), deadline.passed]);
    } catch (error) {
      const stale = await this.lookForStale(readings);
      if (stale === null) throw error;
      return stale;
    } finally {
      deadline.end();
    }
  }

  /** Looks once more, so that nothing is served which has been deleted or changed since the load began. */
  private async lookForStale(readings: readonly Reading<T>[]): Promise<readonly Answer[] | null> {
    if (this.context.rules.graceMs === 0) return null;
    for (const reading of readings) reading.stale = null;
    const found = await this.context.store.look(readings);
    const answers = readings.map(
      ({ stale }, index) => found[index] ?? (stale && { entry: stale, how: 'stale' as const }),
    );
    return answers.every((answer) => answer !== null) ? answers : null;
  }

  private loaderOf(load: LoadMany<T>): LoadEntries<Reading<T>> {
    return async (readings) => {
      for (const { onMiss } of readings) onMiss?.();
      const generations = await this.context.generationsOfMany(readings);
      const loadedAtMs = this.context.now();
      const values = await this.context.measured(() => load(readings.map(({ id }) => id)));
      return readings.map((reading, index) => {
        const value = values.has(reading.id) ? values.get(reading.id) : null;
        return reading.toEntry(value, loadedAtMs, generations[index]!);
      });
    };
  }

  /** In the background, each key by one caller. If it fails, the load is tried again by who reads after the value has expired. */
  private refresh(readings: readonly Reading<T>[], load: LoadEntries<Reading<T>>): void {
    const due = readings.filter(({ key }) => !this.refreshing.has(key)).map((reading) => reading.again());
    for (const { key } of due) this.refreshing.add(key);
    void this.context.store
      .refresh(due, load)
      .catch(() => undefined)
      .finally(() => due.forEach(({ key }) => this.refreshing.delete(key)));
  }
}

function loadOne(readings: readonly Reading<unknown>[]): Promise<Entry[]> {
  return Promise.all(readings.map((reading) => reading.load()));
}
