import type { CopyKey } from '#redis';

/** The keys of copies that are no longer true; `all` when nobody can tell which. */
export type Announced = readonly CopyKey[] | 'all';

/**
 * How processes that keep copies in memory hear which of them are no longer true. What is announced arrives in order; and
 * memory may be served only under a *lease*, which shows that everything announced longer ago than `leaseMs` has been
 * heard. So whoever announces, and then waits as long as the longest lease of all processes, knows that nobody is served
 * the copy any more, whether or not the others could be reached. Each implementation passes the same contract suite.
 */
export abstract class InvalidationChannel {
  private readonly hearers = new Set<(what: Announced) => void>();

  /**
   * Has it called with all that is announced, here or elsewhere, before the lease says so; with `all` when something may
   * have been missed.
   */
  onHeard(hear: (what: Announced) => void): void {
    this.hearers.add(hear);
  }

  /** Tells the memories of this process, at once, and no other. */
  tellHere(what: Announced): void {
    for (const hear of this.hearers) hear(what);
  }

  /** Resolves when every process hears of it that renews its lease from now on. Throws `DatabaseUnavailable`. */
  abstract announce(what: Announced): Promise<void>;

  /** Whether whatever is announced from now on will be heard; what is loaded while it is not must not be kept. */
  abstract get isListening(): boolean;

  /** Whether memory may be served at this moment. To be asked is to be in use, and keeps the lease from lapsing. */
  abstract get isLeased(): boolean;

  /** Tries to have the lease renewed when it has lapsed, in a few milliseconds or not at all; answers whether it was. */
  abstract renew(): Promise<boolean>;
}
