import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Where `test/support/start-postgres.ts` says which server the tests of this run use. */
const POSTGRES_URL_VARIABLE = 'PORTCULLIS_TEST_POSTGRES_URL';

/** Makes a fresh, empty database on the server of this test run and returns its URL. */
export async function createTestDatabase(): Promise<string> {
  const url = process.env[POSTGRES_URL_VARIABLE];
  if (!url) throw new Error(`${POSTGRES_URL_VARIABLE} is not set: has test/support/start-postgres.ts run?`);
  return createDatabase(url, databaseOf(url));
}

/** Makes a database whose name begins with the prefix, on the server and with the account of the URL. */
export async function createDatabase(url: string, prefix: string): Promise<string> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await onServer(url, (client) => client.query(`create database ${name}`));
  const created = new URL(url);
  created.pathname = name;
  return created.href;
}

/** Removes the databases whose names begin with the prefix, whoever is connected to them. */
export async function dropDatabases(url: string, prefix: string): Promise<void> {
  await onServer(url, async (client) => {
    const found = await client.query<{ datname: string }>('select datname from pg_database where datname ^@ $1', [
      prefix,
    ]);
    for (const { datname } of found.rows) await client.query(`drop database ${datname} with (force)`);
  });
}

export function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
