import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const TESTING = join(import.meta.dirname, '../../libs/testing/src');

/**
 * Jest's globalSetup: one PostgreSQL for all the projects of a run (Jest calls it once, however many name it). It runs
 * in a process of its own, because Jest resolves our imports only inside of tests.
 */
export default async function startPostgres(): Promise<void> {
  const server = fork(join(TESTING, 'programs/serve-postgres.ts'), {
    execArgv: ['--import', join(TESTING, 'typescript-in-node.mjs')],
  });
  process.env.PORTCULLIS_TEST_POSTGRES_URL = await firstMessage(server);
  (globalThis as { postgresUnderTest?: ChildProcess }).postgresUnderTest = server;
}

async function firstMessage(server: ChildProcess): Promise<string> {
  const failed = once(server, 'exit').then(() => {
    throw new Error('No PostgreSQL for the tests: the reason is above. TEST_DATABASE_URL may name one to use instead.');
  });
  const [url] = (await Promise.race([once(server, 'message'), failed])) as [string];
  failed.catch(() => undefined);
  return url;
}
