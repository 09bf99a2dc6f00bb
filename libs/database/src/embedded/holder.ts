import pg from 'pg';
import { AdvisoryLock, tryLock } from '../advisory-locks.js';
import { isUnavailable } from '../statement.js';
import { type Cluster, SUPERUSER } from './cluster.js';
import { DataDirectoryInUse } from './embedded.errors.js';
import { type Postmaster } from './postmaster.js';
import { isMarkAlive } from './process-alive.js';
import { starterFrom } from './server.js';

const DATABASE = 'portcullis';
const CONNECT_LIMIT_MS = 5_000;
const STATEMENT_LIMIT_MS = 30_000;

/** The connection that holds the data directory for this process; when the process dies, it is free. */
export interface Holder {
  session: pg.Client;
  url: string;
}

/**
 * Takes hold of the directory through its server. A server that its starter has left behind may be taken over.
 * @returns undefined when the server does not let anybody in: it is on its way down, or was a moment ago
 * @throws {DataDirectoryInUse} when the directory is another process's
 */
export async function takeHold(
  cluster: Cluster,
  { pid, port }: Postmaster,
  ownServer: number | undefined,
): Promise<Holder | undefined> {
  const session = new pg.Client(sessionOptions(cluster, port));
  // A lost connection shows in the statements that follow; without a listener the event would end the process.
  session.on('error', () => undefined);
  try {
    await session.connect();
    if (!(await claim(session, pid === ownServer))) throw new DataDirectoryInUse(cluster.dataDir, pid);
    await createDatabase(session);
  } catch (error) {
    await session.end().catch(() => undefined);
    if (error instanceof DataDirectoryInUse || !isUnavailable(error)) throw error;
    return undefined;
  }
  (session as pg.Client & { unref(): void }).unref();
  return { session, url: `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable` };
}

function sessionOptions({ password }: Cluster, port: number): pg.ClientConfig {
  return {
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    ssl: false,
    application_name: 'portcullis (holds the data directory)',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    query_timeout: STATEMENT_LIMIT_MS,
  };
}

// A server ends with its starter, so who has not started it must not take it while the starter lives, lock or no lock.
async function claim(session: pg.Client, isOwn: boolean): Promise<boolean> {
  const { rows } = await session.query<{ cluster_name: string }>('show cluster_name');
  const isFree = isOwn || !isMarkAlive(starterFrom(rows[0]?.cluster_name ?? ''));
  return isFree && tryLock(session, AdvisoryLock.DataDirectory);
}

async function createDatabase(session: pg.Client): Promise<void> {
  const { rowCount } = await session.query('select 1 from pg_database where datname = $1', [DATABASE]);
  if (!rowCount) await session.query(`create database ${DATABASE}`);
}
