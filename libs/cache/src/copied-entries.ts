import type { BatchedPlan, CopyBatches, CopyPlan, SharedCopies } from '#coherence';
import { Entry } from './entry.js';
import { type EntryPlan, EntryStore, type FoundEntry, type LoadEntries } from './entry-store.js';

/** How entries are read from Redis and filled there. */
export interface CopyReads {
  copies: Pick<SharedCopies, 'find'>;
  batches: Pick<CopyBatches, 'find' | 'look' | 'refresh'>;
}

/** Entries as copies in Redis. */
export abstract class CopiedEntries extends EntryStore {
  constructor(private readonly reads: CopyReads) {
    super();
  }

  async find(plan: EntryPlan): Promise<FoundEntry> {
    return foundEntry(await this.reads.copies.find<Entry, Entry>(new EntryCopy(plan)));
  }

  async findMany<Plan extends EntryPlan>(
    plans: readonly Plan[],
    load: LoadEntries<Plan>,
  ): Promise<readonly FoundEntry[]> {
    const found = await this.reads.batches.find<Entry, Entry, EntryCopy<Plan>>(plans.map(copyOf), loadOf(load));
    return found.map(foundEntry);
  }

  async look(plans: readonly EntryPlan[]): Promise<readonly (FoundEntry | null)[]> {
    const found = await this.reads.batches.look<Entry>(plans.map(copyOf));
    return plans.map((_, index) => {
      const entry = found?.[index];
      return entry ? { entry, how: 'L2' } : null;
    });
  }

  async refresh<Plan extends EntryPlan>(plans: readonly Plan[], load: LoadEntries<Plan>): Promise<void> {
    await this.reads.batches.refresh<Entry, Entry, EntryCopy<Plan>>(plans.map(copyOf), loadOf(load));
  }
}

/** An entry as a copy. How long it lives is known when it has been loaded. */
class EntryCopy<Plan extends EntryPlan> implements CopyPlan<Entry, Entry>, BatchedPlan<Entry, Entry> {
  readonly key = this.plan.key;
  readonly beside = this.plan.beside;
  ttlMs = this.plan.ttlMs;

  constructor(readonly plan: Plan) {}

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

const copyOf = <Plan extends EntryPlan>(plan: Plan): EntryCopy<Plan> => new EntryCopy(plan);

function loadOf<Plan extends EntryPlan>(load: LoadEntries<Plan>) {
  return (copies: readonly EntryCopy<Plan>[]) => load(copies.map(({ plan }) => plan));
}

function foundEntry(found: { copy: Entry } | { truth: Entry; how: 'miss' | 'bypass' }): FoundEntry {
  return 'copy' in found ? { entry: found.copy, how: 'L2' } : { entry: found.truth, how: found.how };
}
