import type { CopyKey, InvalidationChannel, SweepProgress } from '#coherence';
import type { Entry } from './entry.js';
import type { EntryMemory, LoadInFlight } from './entry-memory.js';
import { type EntryPlan, EntryStore, type FoundEntry, type LoadEntries } from './entry-store.js';

/** Entries in the memory of this process. */
export class MemoryEntries extends EntryStore {
  constructor(
    protected readonly memory: EntryMemory,
    protected readonly now: () => number,
    protected readonly channel: InvalidationChannel,
  ) {
    super();
  }

  override peek(plan: EntryPlan): FoundEntry | null {
    const entry = this.lookUp(plan);
    return entry && { entry, how: 'L1' };
  }

  /** Nothing is awaited between the last look and listing a load, so two callers can't both find nothing. */
  async find(plan: EntryPlan): Promise<FoundEntry> {
    if (this.lookUp(plan) === null) await this.isRenewed([plan]);
    const kept = this.lookUp(plan);
    if (kept) return { entry: kept, how: 'L1' };
    const { how } = this;
    const { entry } = this.joinable(plan) ?? this.begin(plan, plan.load());
    return { entry: await entry, how };
  }

  async findMany<Plan extends EntryPlan>(
    plans: readonly Plan[],
    load: LoadEntries<Plan>,
  ): Promise<readonly FoundEntry[]> {
    await this.isRenewed(plans);
    const { how } = this;
    const kept = plans.map((plan) => this.lookUp(plan));
    const loading = this.beginAll(
      plans.filter((_, index) => kept[index] === null),
      load,
    );
    return Promise.all(
      plans.map(async (plan, index): Promise<FoundEntry> => {
        const entry = kept[index];
        return entry ? { entry, how: 'L1' } : { entry: await loading.get(plan.key)!.entry, how };
      }),
    );
  }

  async look(plans: readonly EntryPlan[]): Promise<readonly (FoundEntry | null)[]> {
    await this.isRenewed(plans);
    return plans.map((plan) => {
      const entry = this.lookUp(plan);
      return entry && { entry, how: 'L1' };
    });
  }

  async refresh<Plan extends EntryPlan>(plans: readonly Plan[], load: LoadEntries<Plan>): Promise<void> {
    const due = plans.filter((plan) => !this.joinable(plan) && this.lookUp(plan) === null);
    await Promise.all(Array.from(this.beginAll(due, load).values(), ({ entry }) => entry));
  }

  remove(keys: readonly CopyKey[]): Promise<void> {
    this.memory.drop(keys);
    return Promise.resolve();
  }

  removeMatching(kind: string, pattern: string, onProgress: (progress: SweepProgress) => void): Promise<number> {
    const matches = patternOf(kind, pattern);
    const { entries, current } = this.memory;
    const keys = [...new Set([...entries.keys(), ...current.keys()])].filter((key) => matches.test(key));
    this.memory.drop(keys);
    onProgress({ removed: keys.length, steps: 1 });
    return Promise.resolve(keys.length);
  }

  protected at(key: CopyKey): Entry | null {
    const kept = this.memory.entries.get(key);
    return kept && this.now() < kept.expiresAtMs && this.channel.isLeased ? kept.entry : null;
  }

  /** Whether what is loaded now may be kept. */
  private get how(): 'miss' | 'bypass' {
    return this.channel.isListening ? 'miss' : 'bypass';
  }

  /** Where something is kept, and the lease has lapsed because nobody has read for a while. */
  private async isRenewed(plans: readonly EntryPlan[]): Promise<boolean> {
    if (this.channel.isLeased || !plans.some(({ key }) => this.memory.entries.has(key))) return false;
    return this.channel.renew();
  }

  private lookUp(plan: EntryPlan): Entry | null {
    const entry = this.at(plan.key);
    return plan.accept(
      entry,
      plan.beside.map((key) => this.at(key)),
    )
      ? entry
      : null;
  }

  private joinable({ key, ttlMs }: EntryPlan): LoadInFlight | undefined {
    const inFlight = this.memory.current.get(key);
    return inFlight && this.now() < inFlight.begunAtMs + ttlMs && this.channel.isLeased ? inFlight : undefined;
  }

  /** Joins the loads that are under way, and begins one for all others. */
  private beginAll<Plan extends EntryPlan>(
    plans: readonly Plan[],
    load: LoadEntries<Plan>,
  ): ReadonlyMap<CopyKey, LoadInFlight> {
    const loads = new Map(plans.map((plan) => [plan.key, this.joinable(plan)]));
    const toLoad = plans.filter(({ key }) => loads.get(key) === undefined);
    const loaded = toLoad.length > 0 ? load(toLoad) : Promise.resolve([]);
    for (const [index, plan] of toLoad.entries()) {
      loads.set(
        plan.key,
        this.begin(
          plan,
          loaded.then((entries) => entries[index]!),
        ),
      );
    }
    return loads as ReadonlyMap<CopyKey, LoadInFlight>;
  }

  private begin(plan: EntryPlan, entry: Promise<Entry>): LoadInFlight {
    const begun = { entry, begunAtMs: this.now(), beside: plan.beside };
    if (this.channel.isListening) this.memory.current.set(plan.key, begun);
    entry.then(
      (loaded) => this.keep(plan, begun, loaded),
      () => this.end(plan, begun),
    );
    return begun;
  }

  private keep(plan: EntryPlan, begun: LoadInFlight, entry: Entry): void {
    const isCurrent = this.end(plan, begun);
    const lifeMs = plan.lifeMs(entry);
    if (lifeMs === 0) return;
    const expiresAtMs = begun.begunAtMs + lifeMs;
    const isKept = isCurrent && this.now() < expiresAtMs;
    if (isKept) this.memory.entries.set(plan.key, { entry, expiresAtMs });
    plan.stored(isKept, entry);
  }

  /** Whether the load was still current. */
  private end({ key }: EntryPlan, ended: LoadInFlight): boolean {
    return this.memory.current.get(key) === ended && this.memory.current.delete(key);
  }
}

/** `*` stands for any characters of an id, `?` for one. */
function patternOf(kind: string, pattern: string): RegExp {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${kind}:\\{${literal.replaceAll('*', '.*').replaceAll('?', '.')}\\}$`, 's');
}
