import type { LiveSession } from './session.js';

/** Which session, and whose. */
export interface SessionLocation {
  userId: string;
  sessionId: string;
}

/**
 * Answers, on every request, whether a session may be used. PostgreSQL is the truth; an implementation may hold copies of
 * it, but a copy can only ever say yes: what a copy lacks or shows as over is looked up in PostgreSQL. Each implementation
 * passes the same contract suite (`session-store.contract.ts`).
 */
export abstract class SessionStore {
  /**
   * The session of that user, when it may be used at `now`; `null` when it is unknown, another user's, ended, past a
   * limit, or its user is banned. A session past its idle limit is ended by the look-up. Throws
   * `DatabaseUnavailable` when neither a valid copy nor PostgreSQL can answer: never guesses. Once a change made through
   * `Writes.commit` has resolved, no `find` that starts later, in any process, answers from before it.
   */
  abstract find(userId: string, sessionId: string, now: Date): Promise<LiveSession | null>;

  /**
   * Where a token leads, as `recognise` finds it, or as a copy of that remembers it: a locator, never evidence that the
   * session lives.
   */
  abstract locate(token: string, recognise: () => Promise<SessionLocation | null>): Promise<SessionLocation | null>;
}
