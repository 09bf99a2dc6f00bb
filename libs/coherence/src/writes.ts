import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#database';
import type { CopyKey } from '#redis';
import { InvalidationChannel } from './invalidation-channel.js';
import { InvalidationScope } from './invalidation-scope.js';
import { type Invalidation, Outbox } from './outbox.js';
import { Removal, type Visibility } from './removal.js';

/** Names a copy that the change makes wrong, whichever way it goes. */
export type Invalidate = (key: CopyKey) => void;

/** The one way of every change that can make a copy wrong. */
@Injectable()
export class Writes {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly removal: Removal,
    private readonly channel: InvalidationChannel,
    private readonly scope: InvalidationScope,
  ) {}

  /**
   * Carries out the change in a transaction. When this resolves, no node serves a copy from before it: not if Redis is
   * down, has been restored or is switched off here or elsewhere, and not if this process dies meanwhile. What finds
   * nothing left to change must name its copies all the same, for whoever changed it before may not have come to its end.
   *
   * Throws what the change throws; then nothing is changed. After `DatabaseUnavailable` it is unknown whether the change
   * took place: if it did, the copies go within seconds of PostgreSQL's return.
   *
   * With `visibility: 'bounded'` it resolves sooner where copies are kept in memory: for at most the longest lease of any
   * memory (`CACHE__MEMORY_LEASE_MS`) another process may still serve a copy from before the change; this one does not.
   */
  async commit<T>(
    change: (tx: Transaction, invalidate: Invalidate) => Promise<T>,
    { visibility = 'final' }: { visibility?: Visibility } = {},
  ): Promise<T> {
    const joined = this.scope.join();
    const keys = new Set<CopyKey>(joined.keys);
    try {
      const [result, invalidation] = await this.database.inTransaction(async (tx) => {
        const changed = await change(tx, (key) => void keys.add(key));
        return [changed, keys.size > 0 ? await this.outbox.add(tx, [...keys]) : null] as [T, Invalidation | null];
      });
      // Whoever has opened the scope promises its callers that the change is final.
      const whole = joined.keys.length > 0 ? 'final' : visibility;
      if (invalidation) await this.removal.finish(invalidation, whole);
      joined.committed();
      return result;
    } finally {
      this.channel.tellHere([...keys]);
    }
  }
}
