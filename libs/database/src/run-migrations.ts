import { type ClientBase } from 'pg';
import { MigrationExecutor, type QueryRunner } from 'typeorm';
import { AdvisoryLock, tryLock } from './advisory-locks.js';
import { connect, placeOf } from './connect.js';
import { MigrationLockTimeout } from './database.errors.js';
import { Database, type Schema } from './database.js';
import { waitFor } from './wait.js';

const CONNECT_WITHIN_MS = 10_000;
const LOCK_WAIT_MS = 60_000;

// The lock is asked for, not waited for: a statement that waits would stop a CREATE INDEX CONCURRENTLY in a migration.
const ASK_EVERY_MS = 100;

/**
 * Brings the schema up to date, on a connection of its own to `url`, which must lead to PostgreSQL directly (a pooler
 * breaks the lock). When several processes come at once, one migrates; the others wait for it, for up to a minute, and
 * find nothing left to do. Each migration is one transaction. Statements may take as long as they need, but wait only
 * 5 s for a lock, so that a migration stuck behind somebody does not stop everybody.
 * @returns the names of the migrations that this call carried out
 * @throws {DatabaseUnreachable} when `url` leads nowhere
 * @throws {MigrationLockTimeout} when the other process takes longer
 */
export async function runMigrations(url: string, schema: Schema, warn: (line: string) => void): Promise<string[]> {
  const { entities, migrations } = schema;
  const database = new Database({
    url,
    entities,
    migrations,
    poolSize: 1,
    statementTimeoutMs: 0,
    lockTimeoutMs: 5_000,
  });
  await connect(database, { place: placeOf(url), limitMs: CONNECT_WITHIN_MS, warn });
  try {
    // The lock is given back with the connection.
    return await migrate(database, database.createQueryRunner());
  } finally {
    await database.destroy();
  }
}

async function migrate(database: Database, queryRunner: QueryRunner): Promise<string[]> {
  const session = (await queryRunner.connect()) as ClientBase;
  try {
    const isLocked = async () => (await tryLock(session, AdvisoryLock.Migrations)) || undefined;
    await waitFor(isLocked, LOCK_WAIT_MS, () => new MigrationLockTimeout(LOCK_WAIT_MS), ASK_EVERY_MS);
    const executor = new MigrationExecutor(database, queryRunner);
    executor.transaction = 'each';
    return (await executor.executePendingMigrations()).map((migration) => migration.name);
  } finally {
    await queryRunner.release();
  }
}

/** The names of the migrations that this database has not seen yet. Changes nothing. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const pending = await new MigrationExecutor(database).getPendingMigrations();
  return pending.map((migration) => migration.name);
}
