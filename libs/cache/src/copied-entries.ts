import type { BatchedPlan, Copies, CopyBatches, CopyPlan } from '#coherence';
import { Entry } from './entry.js';
import { type EntryPlan, EntryStore, type FoundEntry, type LoadEntries } from './entry-store.js';

/** How entries are read from memory and Redis, and filled there. */
export interface CopyReads {
  copies: Pick<Copies, 'find' | 'forget' | 'peek'>;
  batches: Pick<CopyBatches, 'find' | 'look' | 'refresh'>;
}

/** Entries as copies, in memory and in Redis. What is read for many at once, and what has tags, is kept in Redis only. */
export abstract class CopiedEntries extends EntryStore {
  constructor(private readonly reads: CopyReads) {
    super();
  }

  override peek(plan: EntryPlan): FoundEntry | null {
    const entry = this.remembered(plan);
    return entry && { entry, how: 'L1' };
  }

  async find(plan: EntryPlan): Promise<FoundEntry> {
    return foundEntry(await this.reads.copies.find<Entry, Entry>(new EntryCopy(plan)));
  }

  async findMany<Plan extends EntryPlan>(
    plans: readonly Plan[],
    load: LoadEntries<Plan>,
  ): Promise<readonly FoundEntry[]> {
    const remembered = plans.map((plan) => this.remembered(plan));
    const others = plans.filter((_, index) => remembered[index] === null);
    const found = await this.reads.batches.find<Entry, Entry, EntryCopy<Plan>>(others.map(this.copyOf), loadOf(load));
    const rest = found[Symbol.iterator]();
    return remembered.map((entry) => (entry ? { entry, how: 'L1' } : foundEntry(rest.next().value!)));
  }

  async look(plans: readonly EntryPlan[]): Promise<readonly (FoundEntry | null)[]> {
    const found = await this.reads.batches.look<Entry>(plans.map(this.copyOf));
    return plans.map((plan, index) => {
      const entry = found?.[index];
      if (entry) return { entry, how: 'L2' };
      const remembered = this.remembered(plan);
      return remembered && { entry: remembered, how: 'L1' };
    });
  }

  /** What is in memory is not accepted any more, or there would be no need. */
  async refresh<Plan extends EntryPlan>(plans: readonly Plan[], load: LoadEntries<Plan>): Promise<void> {
    const { batches, copies } = this.reads;
    const isDone = await batches.refresh<Entry, Entry, EntryCopy<Plan>>(plans.map(this.copyOf), loadOf(load));
    if (isDone) copies.forget(plans.map(({ key }) => key));
  }

  private remembered(plan: EntryPlan): Entry | null {
    const entry = plan.isShared ? undefined : this.reads.copies.peek<Entry>(plan.key);
    return entry && plan.accept(entry, []) ? entry : null;
  }

  private readonly copyOf = <Plan extends EntryPlan>(plan: Plan): EntryCopy<Plan> => new EntryCopy(plan);
}

/** An entry as a copy. How long it lives is known when it has been loaded. */
class EntryCopy<Plan extends EntryPlan> implements CopyPlan<Entry, Entry>, BatchedPlan<Entry, Entry> {
  readonly key = this.plan.key;
  readonly beside = this.plan.beside;
  ttlMs = this.plan.ttlMs;
  readonly inMemory = !this.plan.isShared;

  constructor(readonly plan: Plan) {}

  readonly recheck = (entry: Entry): Entry | null => (this.plan.accept(entry, []) ? entry : null);

  readonly copyOf = (entry: Entry): Entry => entry;

  readonly decode = ([bytes, ...beside]: readonly (Buffer | null)[]): Entry | null => {
    const entry = bytes ? Entry.read(bytes) : null;
    return this.plan.accept(
      entry,
      beside.map((each) => each && Entry.read(each)),
    )
      ? entry
      : null;
  };

  readonly load = (): Promise<Entry> => this.plan.load();

  encode(entry: Entry): Buffer | null {
    this.ttlMs = this.plan.lifeMs(entry);
    return this.ttlMs > 0 ? entry.bytes : null;
  }

  stored(isKept: boolean, entry: Entry): void {
    this.plan.stored(isKept, entry);
  }
}

function loadOf<Plan extends EntryPlan>(load: LoadEntries<Plan>) {
  return (copies: readonly EntryCopy<Plan>[]) => load(copies.map(({ plan }) => plan));
}

function foundEntry(found: { copy: Entry; how: 'L1' | 'L2' } | { truth: Entry; how: 'miss' | 'bypass' }): FoundEntry {
  return { entry: 'copy' in found ? found.copy : found.truth, how: found.how };
}
