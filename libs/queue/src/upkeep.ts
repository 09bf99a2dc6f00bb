import { Logger } from '@nestjs/common';
import type PgBoss from 'pg-boss';
import { type Database, type DedicatedConnection } from '#database';
import { createBoss, on } from './boss.js';

/** More than a statement of the pool may take: after an outage there may be much to put away at once. */
const LIMIT_MS = 10_000;
const SCRIPT = /^\s*BEGIN;/;

/**
 * The library's own maintenance, by one process of all at a time: jobs whose attempt has expired (their process was
 * killed) are tried again, what is done is put away. On a connection of its own.
 */
export class Upkeep {
  private readonly logger = new Logger('Queue');
  private readonly connection: DedicatedConnection;
  private readonly boss: PgBoss;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(database: Database, maintenanceSeconds: number) {
    this.connection = database.dedicated({ name: 'portcullis (queue)', limitMs: LIMIT_MS });
    const db: PgBoss.Db = { executeSql: (text, values) => this.track(this.execute(text, values)) };
    this.boss = createBoss(db, maintenanceSeconds);
    // When PostgreSQL is away, who asks for jobs says so.
    this.boss.on('error', (err) => this.logger.debug({ err }, 'The queue could not be tidied up, and will be later'));
  }

  async start(): Promise<void> {
    await this.boss.start();
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: false });
    await Promise.allSettled(this.underWay);
    await this.connection.close();
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    return work.finally(() => this.underWay.delete(work));
  }

  private async execute(text: string, values: unknown[]): Promise<{ rows: object[] }> {
    return SCRIPT.test(text) ? this.executeScript(text) : on(this.connection).executeSql(text, values);
  }

  /** Several statements from BEGIN to COMMIT, as the library sends them. */
  private async executeScript(text: string): Promise<{ rows: object[] }> {
    const client = await this.connection.client();
    try {
      await client.query(text);
    } catch (error) {
      await this.connection.execute('rollback');
      throw error;
    }
    return { rows: [] };
  }
}
