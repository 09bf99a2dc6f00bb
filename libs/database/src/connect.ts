import pg from 'pg';
import { DatabaseUnreachable, reasonOf, UnsuitableServer } from './database.errors.js';
import { type Database } from './database.js';
import { waitFor } from './wait.js';

const RETRY_EVERY_MS = 250;

export interface ConnectOptions {
  /** Where the server is, for people: without the password. */
  place: string;
  limitMs: number;
  warn: (line: string) => void;
}

/**
 * Opens the pool, and keeps trying while there is no answer: in a deployment the server may start later than we do.
 * What more patience does not cure (a wrong password or none, a missing database, a server without TLS or too old)
 * fails at once.
 */
export async function connect(database: Database, { place, limitMs, warn }: ConnectOptions): Promise<void> {
  let failure: unknown;
  const attempt = async () => {
    try {
      return await database.initialize();
    } catch (error) {
      if (error instanceof UnsuitableServer) throw error;
      if (!mayPass(error)) throw new DatabaseUnreachable(place, error);
      if (!failure)
        warn(`PostgreSQL ${place} does not answer yet (${reasonOf(error)}); trying for ${limitMs / 1000} s.`);
      failure = error;
      return undefined;
    }
  };
  await waitFor(attempt, limitMs, () => new DatabaseUnreachable(place, failure), RETRY_EVERY_MS);
}

const NOT_THERE_YET =
  /^(EADDRNOTAVAIL|EAI_AGAIN|ECONNABORTED|ECONNREFUSED|ECONNRESET|EHOSTDOWN|EHOSTUNREACH|ENETDOWN|ENETUNREACH|ENOENT|ENOTFOUND|EPIPE|ETIMEDOUT)$/;

// Connection exceptions, insufficient resources, a server that is starting.
const STATES_THAT_PASS = /^(08|53|57P0[1-3]|57014)/;

/** Is this what a server gives that is not up yet, or on its way up? */
export function mayPass(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (error instanceof pg.DatabaseError) return STATES_THAT_PASS.test(code);
  // The driver says in words only that it waited in vain, or was hung up on.
  return NOT_THERE_YET.test(code) || /timeout|terminated/i.test(message);
}

/** `at host:port/name`: what may be shown of a URL; nothing of one that a password has torn. */
export function placeOf(url: string): string {
  if (isTorn(url)) return 'at its URL';
  const { host, port, database } = new pg.Client({ connectionString: url });
  return `at ${host}:${port}/${database}`;
}

// A password with an unescaped `/`, `?` or `#` ends the host there, and its rest stands where the name should.
function isTorn(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { pathname, search, hash } = new URL(url);
  return [pathname, search, hash].some((part) => part.includes('@'));
}
