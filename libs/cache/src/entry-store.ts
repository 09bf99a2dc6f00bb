import type { CopyKey, SweepProgress } from '#coherence';
import type { Entry } from './entry.js';

/** How an entry came: from this process's memory, from Redis, by a load, or by a load where nothing is kept. */
export type HowFound = 'L1' | 'L2' | 'miss' | 'bypass';

export interface FoundEntry {
  entry: Entry;
  how: HowFound;
}

/** One entry: whether what is kept will do, and how it is made. */
export interface EntryPlan {
  readonly key: CopyKey;
  /** The generations that decide whether it still counts: read with it, in the same round trip. */
  readonly beside: readonly CopyKey[];
  /** Whether it is kept where all processes share it, if there is such a place, and there only: it, or what goes with it. */
  readonly isShared: boolean;
  /** The longest that it is fresh. */
  readonly ttlMs: number;
  /** Whether the entry that was found may be served. Never throws; called anew whenever something has been read. */
  accept(entry: Entry | null, beside: readonly (Entry | null)[]): boolean;
  load(): Promise<Entry>;
  /** How long to keep it, counted from before the load; 0 = not at all. */
  lifeMs(entry: Entry): number;
  /** Called after the load of an entry that was to be kept, when it was kept and when it may not be. */
  stored(isKept: boolean, entry: Entry): void;
}

/** Loads the entries of these plans in one go, in their order. */
export type LoadEntries<Plan> = (plans: readonly Plan[]) => Promise<readonly Entry[]>;

/**
 * Where entries lie: the one thing in which the backends differ. It throws only what a load throws, except where told
 * otherwise, and gives no entry that its plan does not accept.
 */
export abstract class EntryStore {
  /** What can be said at once, without waiting for anything: for the hot path. */
  peek(_plan: EntryPlan): FoundEntry | null {
    return null;
  }

  /** The entry, else what its plan loads; callers share a load that has read nothing yet when they come, or where it may still be trusted. */
  abstract find(plan: EntryPlan): Promise<FoundEntry>;

  /** The same for many at once, in their order: read in one go, and what is missing loaded in one go. */
  abstract findMany<Plan extends EntryPlan>(
    plans: readonly Plan[],
    load: LoadEntries<Plan>,
  ): Promise<readonly FoundEntry[]>;

  /** Those that are there and accepted, in their order. Loads nothing. */
  abstract look(plans: readonly EntryPlan[]): Promise<readonly (FoundEntry | null)[]>;

  /** Loads those that nobody else is loading, and that are still not accepted. */
  abstract refresh<Plan extends EntryPlan>(plans: readonly Plan[], load: LoadEntries<Plan>): Promise<void>;

  /** When this resolves, nothing from before is served. */
  abstract remove(keys: readonly CopyKey[]): Promise<void>;

  /** Removes those of a kind whose ids match, and their loads; answers how many keys that were. For operators. */
  abstract removeMatching(
    kind: string,
    pattern: string,
    onProgress: (progress: SweepProgress) => void,
  ): Promise<number>;
}
