import type { LiveSession } from './session.js';

/**
 * Answers, on every request, whether a session may be used. PostgreSQL is the truth; an implementation may hold copies of
 * it, but a copy can only ever say yes: what a copy lacks or shows as over is looked up in PostgreSQL. Each implementation
 * passes the same contract suite (`session-store.contract.ts`).
 */
export abstract class SessionStore {
  /**
   * The session of that user, when it may be used at `now`; `null` when it is unknown, another user's, ended, past a
   * limit, or its user is banned. A session past its idle limit is ended by the look-up. Throws
   * `DatabaseUnavailable` when neither a valid copy nor PostgreSQL can answer: never guesses.
   */
  abstract find(userId: string, sessionId: string, now: Date): Promise<LiveSession | null>;

  /**
   * Called after a change of the user's sessions, role or standing is committed and before it is acknowledged. Once it
   * has resolved, no `find` that starts later, in any process, answers from before the change.
   */
  abstract invalidate(userId: string): Promise<void>;
}
