import { type ClientBase } from 'pg';

/**
 * PostgreSQL's advisory locks are two numbers that mean what one agrees on; the first is ours, so that no other program
 * on the same database uses them by accident. Held by a session, they are free as soon as its process is gone.
 */
export enum AdvisoryLock {
  DataDirectory = 1,
  Migrations = 2,
}

const PORTCULLIS = 0x706f7274;

/** Takes the lock for this session if nobody has it. */
export async function tryLock(session: ClientBase, lock: AdvisoryLock): Promise<boolean> {
  const { rows } = await session.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
    PORTCULLIS,
    lock,
  ]);
  return rows[0]?.taken === true;
}
