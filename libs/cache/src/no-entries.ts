import type { CopyKey, Writes } from '#coherence';
import { commitRemoval } from './commit-removal.js';
import { type EntryPlan, EntryStore, type FoundEntry, type LoadEntries } from './entry-store.js';
import type { FreeStore } from './free-store.js';

/** Keeps nothing: every read loads. But others may keep something, and are told what to remove. */
export class NoEntries extends EntryStore implements FreeStore {
  /** @param writes null = there are no others */
  constructor(private readonly writes: Pick<Writes, 'commit'> | null) {
    super();
  }

  async find(plan: EntryPlan): Promise<FoundEntry> {
    return { entry: await plan.load(), how: 'bypass' };
  }

  async findMany<Plan extends EntryPlan>(
    plans: readonly Plan[],
    load: LoadEntries<Plan>,
  ): Promise<readonly FoundEntry[]> {
    return plans.length === 0 ? [] : (await load(plans)).map((entry) => ({ entry, how: 'bypass' }));
  }

  look(plans: readonly EntryPlan[]): Promise<readonly null[]> {
    return Promise.resolve(plans.map(() => null));
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  async remove(keys: readonly CopyKey[]): Promise<void> {
    if (this.writes) await commitRemoval(this.writes, keys);
  }

  removeMatching(): Promise<number> {
    return Promise.resolve(0);
  }

  put(): Promise<void> {
    return Promise.resolve();
  }

  patch(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
