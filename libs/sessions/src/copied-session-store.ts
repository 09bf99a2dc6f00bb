import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Copies, type CopyPlan } from '#coherence';
import { LastSeen } from './last-seen.js';
import { PostgresSessionStore } from './postgres-session-store.js';
import { expiry, type LiveSession } from './session.js';
import { SessionRepository } from './session.repository.js';
import { sessionsCopy, tokenCopy } from './session-copies.js';
import { readSession, sessionField, USER_FIELD, writeSessions } from './session-copy.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';
import { type SessionLocation, SessionStore } from './session-store.js';
import { countLookup, type HowServed } from './sessions.metrics.js';
import { readLocation, writeLocation } from './token-copy.js';

const LONGEST_MS = 10 * 60_000;
/** Copies made at the same time do not all end at the same time. */
const JITTER = 0.1;
const ENDED_REMEMBERED = 10_000;

/**
 * The sessions from copies: in the memory of this process, and in Redis, where one hash per user holds all that live, and
 * is their index too. It is filled whole from PostgreSQL and dropped whole by any change, and lives 10 minutes at most.
 * Nothing is refused on the word of a copy: what it lacks or shows as expired is looked up in PostgreSQL, and so is
 * everything while copies may not be used.
 */
@Injectable()
export class CopiedSessionStore extends SessionStore {
  /** The end of a session is final: who comes with an ended one again costs nothing. */
  private readonly ended = new LRUCache<string, true>({ max: ENDED_REMEMBERED });

  constructor(
    private readonly copies: Copies,
    private readonly truth: PostgresSessionStore,
    private readonly sessions: SessionRepository,
    private readonly lastSeen: LastSeen,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {
    super();
  }

  async find(userId: string, sessionId: string, now: Date): Promise<LiveSession | null> {
    const held = this.unlessExpired(this.copies.peek<LiveSession>(sessionsCopy(userId), sessionId) ?? null, now);
    if (held) return counted('L1', held);
    if (this.ended.has(sessionId)) return null;
    const found = await this.copies.find(this.plan(userId, sessionId, now));
    if ('copy' in found) return counted(found.how, found.copy);
    const live = found.truth.find(({ session }) => session.id === sessionId) ?? null;
    return counted(found.how, this.unlessExpired(live, now)) ?? this.refuseOrEnd(userId, sessionId, now);
  }

  async locate(token: string, recognise: () => Promise<SessionLocation | null>): Promise<SessionLocation | null> {
    const { field, ...place } = tokenCopy(token);
    const found = await this.copies.find<SessionLocation, SessionLocation | null>({
      ...place,
      fields: [field],
      ttlMs: LONGEST_MS,
      decode: ([bytes]) => readLocation(bytes ?? null),
      load: recognise,
      encode: (location) => location && new Map([[field, writeLocation(location)]]),
    });
    return 'copy' in found ? found.copy : found.truth;
  }

  private plan(userId: string, sessionId: string, now: Date): CopyPlan<LiveSession, LiveSession[]> {
    return {
      key: sessionsCopy(userId),
      part: sessionId,
      ttlMs: LONGEST_MS * (1 - (JITTER * randomInt(1_000)) / 1_000),
      fields: [USER_FIELD, sessionField(sessionId)],
      decode: ([user = null, session = null]) => this.unlessExpired(readSession(userId, sessionId, user, session), now),
      recheck: (live) => this.unlessExpired(live, now),
      load: () => this.sessions.findAll(userId),
      encode: (sessions) => writeSessions(sessions.filter((each) => expiry(each.session, this.limits, now) === null)),
    };
  }

  private unlessExpired(live: LiveSession | null, now: Date): LiveSession | null {
    if (live === null) return null;
    const session = this.lastSeen.overlay(live.session);
    if (expiry(session, this.limits, now) !== null) return null;
    return session === live.session ? live : { ...live, session };
  }

  /** PostgreSQL has the last word, and an idle session is ended by it. */
  private async refuseOrEnd(userId: string, sessionId: string, now: Date): Promise<LiveSession | null> {
    const live = await this.truth.find(userId, sessionId, now);
    if (!live && (await this.sessions.hasEnded(sessionId))) this.ended.set(sessionId, true);
    return live;
  }
}

function counted<T>(served: HowServed, answer: T): T {
  countLookup(served);
  return answer;
}
