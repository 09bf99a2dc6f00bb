import { type ClientBase, type Pool, type PoolClient } from 'pg';
import { DatabaseUnavailable, UnsuitableServer } from './database.errors.js';

const OLDEST_VERSION = 150_000;

/** Lends a connection of the pool. One that failed to answer is not given back: the next borrower would wait in vain. */
export async function withConnection<T>(pool: Pool, use: (connection: PoolClient) => Promise<T>): Promise<T> {
  const connection = await borrow(pool);
  try {
    const result = await use(connection);
    connection.release();
    return result;
  } catch (error) {
    connection.release(error instanceof DatabaseUnavailable);
    throw error;
  }
}

async function borrow(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new DatabaseUnavailable(error);
  }
}

/** What every new connection goes through: a standby may be behind, and a fail-over may lead to one at any time. */
export async function admitConnection(connection: ClientBase): Promise<void> {
  // A connection that breaks is reported by its statements; without a listener the event would end the process.
  connection.on('error', () => undefined);
  const { rows } = await connection.query<ServerFacts>(
    `select current_setting('server_version_num')::int as version, pg_is_in_recovery() as standby`,
  );
  const reason = whyUnsuitable(rows[0] as ServerFacts);
  if (reason) throw new UnsuitableServer(reason);
}

export interface ServerFacts {
  version: number;
  standby: boolean;
}

export function whyUnsuitable({ version, standby }: ServerFacts): string | null {
  if (version < OLDEST_VERSION) {
    return `This PostgreSQL is version ${Math.floor(version / 10_000)}; Portcullis needs 15 or newer.`;
  }
  return standby ? 'This PostgreSQL is a standby (in recovery); Portcullis needs the primary.' : null;
}
