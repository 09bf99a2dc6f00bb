import { Inject, Injectable } from '@nestjs/common';
import { Writes } from '#coherence';
import { LastSeen } from './last-seen.js';
import { expiry, idleCutoff, type LiveSession } from './session.js';
import { SessionRepository } from './session.repository.js';
import { sessionsCopy } from './session-copies.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';
import { type SessionLocation, SessionStore } from './session-store.js';
import { countLookup } from './sessions.metrics.js';

/** The sessions straight from PostgreSQL, one read a look-up: no copies. */
@Injectable()
export class PostgresSessionStore extends SessionStore {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly writes: Writes,
    private readonly lastSeen: LastSeen,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {
    super();
  }

  async find(userId: string, sessionId: string, now: Date): Promise<LiveSession | null> {
    countLookup('database');
    const found = await this.read(userId, sessionId);
    if (!found) return null;
    const over = expiry(found.session, this.limits, now);
    if (over === 'idle') return this.endOrReread(found, now);
    return over ? null : found;
  }

  locate(_token: string, recognise: () => Promise<SessionLocation | null>): Promise<SessionLocation | null> {
    return recognise();
  }

  private async endOrReread({ session }: LiveSession, now: Date): Promise<LiveSession | null> {
    const cutoff = idleCutoff(session.remembered, this.limits, now);
    const hasEnded = await this.writes.commit((tx, invalidate) => {
      invalidate(sessionsCopy(session.userId));
      return this.sessions.endIdle(tx, session.id, cutoff, now);
    });
    if (hasEnded) return null;
    const found = await this.read(session.userId, session.id);
    return found && expiry(found.session, this.limits, now) === null ? found : null;
  }

  private async read(userId: string, sessionId: string): Promise<LiveSession | null> {
    const found = await this.sessions.find(userId, sessionId);
    return found && { ...found, session: this.lastSeen.overlay(found.session) };
  }
}
