import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Jest's globalTeardown: lets go of the server of `start-postgres.ts`, which tidies up and ends. */
export default async function stopPostgres(): Promise<void> {
  const server = (globalThis as { postgresUnderTest?: ChildProcess }).postgresUnderTest;
  if (!server?.connected) return;
  server.disconnect();
  await once(server, 'exit');
}
