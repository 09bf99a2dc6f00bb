import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Database, type DedicatedConnection, newId, type Transaction } from '#database';
import type { CopyKey } from '#redis';
import { NextInTurn } from './next-in-turn.js';

/** A committed change whose copies are yet to be removed. */
export interface Invalidation {
  id: string;
  keys: CopyKey[];
}

const ANSWER_LIMIT_MS = 2_000;
const ROWS_AT_ONCE = 100;
/** Where a node that cannot reach Redis asks the others to remove copies in its place. */
export const HAND_OVER_CHANNEL = 'portcullis_invalidations';

/**
 * What has been changed and not yet made final, in PostgreSQL: written in the transaction of the change, so that it
 * outlives whoever made it. Throws `DatabaseUnavailable`.
 */
@Injectable()
export class Outbox implements OnApplicationShutdown {
  /** A row that comes back after a crash is carried out once more: no harm, so nothing waits for the disk. */
  private readonly connection: DedicatedConnection;
  private readonly finished: string[] = [];
  private readonly deletions = new NextInTurn(() => this.deleteFinished());

  constructor(private readonly database: Database) {
    this.connection = database.dedicated({
      name: 'portcullis (outbox)',
      limitMs: ANSWER_LIMIT_MS,
      settings: { synchronous_commit: 'off' },
    });
  }

  async add(tx: Transaction, keys: CopyKey[]): Promise<Invalidation> {
    const id = newId();
    await tx.execute('insert into invalidations (id, keys, created_at) values ($1, $2, clock_timestamp())', [id, keys]);
    return { id, keys };
  }

  /** Its copies are gone, and nobody can be reading them any more. Callers at the same time share a statement. */
  async remove(id: string): Promise<void> {
    this.finished.push(id);
    await this.deletions.run();
  }

  async has(id: string): Promise<boolean> {
    return (await this.database.row('select 1 as one from invalidations where id = $1', [id])) !== null;
  }

  find(id: string): Promise<Invalidation | null> {
    return this.database.row<Invalidation>('select id, keys from invalidations where id = $1', [id]);
  }

  /** The oldest that are at least this old. */
  olderThan(ageMs: number): Promise<(Invalidation & { ageMs: number })[]> {
    return this.database.rows(
      `select id, keys, extract(epoch from clock_timestamp() - created_at)::float8 * 1000 as age_ms from invalidations
       where created_at <= clock_timestamp() - $1 * interval '1 ms' order by id limit $2`,
      [ageMs, ROWS_AT_ONCE],
    );
  }

  /** Asks the other nodes to carry it out. */
  async handOver(id: string): Promise<void> {
    await this.connection.execute('select pg_notify($1, $2)', [HAND_OVER_CHANNEL, id]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  private async deleteFinished(): Promise<void> {
    const ids = this.finished.splice(0);
    await this.connection.execute('delete from invalidations where id = any($1::uuid[])', [ids]);
  }
}
