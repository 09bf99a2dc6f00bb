import { setTimeout as pause } from 'node:timers/promises';
import { connect, placeOf } from './connect.js';
import { MigrationsPending } from './database.errors.js';
import { Database, type Schema } from './database.js';
import { DevelopmentSecret } from './development-secret.entity.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { pendingMigrations, runMigrations } from './run-migrations.js';

export interface DatabaseOptions extends Schema {
  /** A PostgreSQL of one's own; null = the embedded one. */
  url: string | null;
  /** The same database past the connection pooler; null = there is no pooler. */
  directUrl: string | null;
  /** The folder of the embedded database, made when it is missing. */
  dataDir: string;
  /** Connections at most. */
  poolSize: number;
  /** false = refuse to open a database that lacks a migration. */
  migrateAtStart: boolean;
  /** How long an unreachable server is asked again; 30 s unless told. */
  connectWithinMs?: number;
  /** Told of first starts and migrations, one line each. */
  log?: (line: string) => void;
  /** Told of waits and of losses, one line each. */
  warn?: (line: string) => void;
}

export interface OpenedDatabase {
  database: Database;
  /** `embedded PostgreSQL 18.4 in ./data` or `PostgreSQL 15.18 at db.example:5432/portcullis`; never the password. */
  description: string;
  /** Closes the pool, then stops the embedded server. */
  close: () => Promise<void>;
}

const CONNECT_WITHIN_MS = 30_000;
const CLOSE_WITHIN_MS = 5_000;

/**
 * Opens the database for use: starts the embedded server when no URL is given, connects, migrates. Fails with a
 * sentence for who runs the server: `DatabaseUnreachable`, `UnsuitableServer`, `MigrationsPending`,
 * `MigrationLockTimeout`, `DataDirectoryInUse` or `EmbeddedPostgresFailed`. Then nothing is left running.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  const {
    dataDir,
    log = () => undefined,
    warn = () => undefined,
    connectWithinMs: limitMs = CONNECT_WITHIN_MS,
  } = options;
  const embedded = options.url === null ? await EmbeddedPostgres.start({ dataDir, log, warn }) : null;
  const url = embedded?.url ?? (options.url as string);
  const place = embedded ? `in ${dataDir}` : placeOf(url);
  const schema: Schema = { entities: [DevelopmentSecret, ...options.entities], migrations: options.migrations };
  const directUrl = options.directUrl ?? url;
  const database = new Database({ url, directUrl, poolSize: options.poolSize, ...schema });

  const close = async () => {
    try {
      await closePool(database);
    } finally {
      await embedded?.stop();
    }
  };
  try {
    await connect(database, { place, limitMs, warn });
    await bringUpToDate(database, options.migrateAtStart ? directUrl : null, schema, { log, warn });
    const description = `${embedded ? 'embedded ' : ''}PostgreSQL ${await versionOf(database)} ${place}`;
    return { database, description, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function bringUpToDate(
  database: Database,
  migrateVia: string | null,
  schema: Schema,
  { log, warn }: Required<Pick<DatabaseOptions, 'log' | 'warn'>>,
): Promise<void> {
  const pending = await pendingMigrations(database);
  if (!pending.length) return;
  if (migrateVia === null) throw new MigrationsPending(pending);
  const done = await runMigrations(migrateVia, schema, warn);
  if (done.length) log(`Migrated the database: ${done.join(', ')}.`);
}

async function versionOf(database: Database): Promise<string> {
  const answer = await database.row<{ serverVersion: string }>('show server_version');
  return answer?.serverVersion.split(' ')[0] ?? '';
}

// A connection to a server that does not answer may never close.
async function closePool(database: Database): Promise<void> {
  if (!database.isInitialized) return;
  await Promise.race([database.destroy(), pause(CLOSE_WITHIN_MS, undefined, { ref: false })]);
}
