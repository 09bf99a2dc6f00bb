import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#database';
import type { CopyKey } from '#redis';
import { LocalCopies } from './local-copies.js';
import { type Invalidation, Outbox } from './outbox.js';
import { Removal } from './removal.js';

/** Names a copy that the change makes wrong, whichever way it goes. */
export type Invalidate = (key: CopyKey) => void;

/** The one way of every change that can make a copy wrong. */
@Injectable()
export class Writes {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly removal: Removal,
    private readonly local: LocalCopies,
  ) {}

  /**
   * Carries out the change in a transaction. When this resolves, no node serves a copy from before it: not if Redis is
   * down, has been restored or is switched off here or elsewhere, and not if this process dies meanwhile. What finds
   * nothing left to change must name its copies all the same, for whoever changed it before may not have come to its end.
   *
   * Throws what the change throws; then nothing is changed. After `DatabaseUnavailable` it is unknown whether the change
   * took place: if it did, the copies go within seconds of PostgreSQL's return.
   */
  async commit<T>(change: (tx: Transaction, invalidate: Invalidate) => Promise<T>): Promise<T> {
    const keys = new Set<CopyKey>();
    try {
      const [result, invalidation] = await this.database.inTransaction(async (tx) => {
        const changed = await change(tx, (key) => void keys.add(key));
        return [changed, keys.size > 0 ? await this.outbox.add(tx, [...keys]) : null] as [T, Invalidation | null];
      });
      if (invalidation) await this.removal.finish(invalidation);
      return result;
    } finally {
      this.local.drop(keys);
    }
  }
}
