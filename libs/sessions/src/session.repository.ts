import { Inject, Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#database';
import { idleCutoff, type LiveSession, type Session, type SessionEndReason, type SessionUser } from './session.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';

export interface SessionSecret {
  seed: Buffer;
  keyId: string;
}

const SESSION_COLUMNS = `s.id, s.user_id, s.remembered, s.device_name, s.user_agent, s.ip, s.created_at, s.last_seen_at, s.expires_at`;

/** Needs the parameters of {@link SessionRepository.liveAt} as its first three. */
const IS_WITHIN_LIMITS = `(s.expires_at > $1
  and s.last_seen_at > case when s.remembered then $2::timestamptz else $3::timestamptz end)`;
const IS_LIVE = `(s.ended_at is null and ${IS_WITHIN_LIMITS})`;

/** The sessions in PostgreSQL: the truth. While it is down, every method throws `DatabaseUnavailable`. */
@Injectable()
export class SessionRepository {
  constructor(
    private readonly database: Database,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {}

  /** Adds a session and its first refresh token (number 1); the caller holds the user's lock. */
  async insert(tx: Transaction, session: Session, secret: SessionSecret): Promise<void> {
    await tx.execute(
      `insert into sessions (id, user_id, seed, key_id, token_number, rotated_at, remembered, device_name, user_agent, ip,
         created_at, last_seen_at, expires_at)
       values ($1, $2, $3, $4, 1, '{}', $5, $6, $7, $8, $9, $10, $11)`,
      [
        session.id,
        session.userId,
        secret.seed,
        secret.keyId,
        session.remembered,
        session.deviceName,
        session.userAgent,
        session.ip,
        session.createdAt,
        session.lastSeenAt,
        session.expiresAt,
      ],
    );
  }

  /** A session that has not ended, of a user who is not banned, whatever the clock says of it. */
  async find(userId: string, sessionId: string): Promise<LiveSession | null> {
    const row = await this.database.row<Session & Omit<SessionUser, 'id'>>(
      `select ${SESSION_COLUMNS}, u.role, u.email_verified from sessions s join users u on u.id = s.user_id
       where s.id = $1 and s.user_id = $2 and s.ended_at is null and u.banned_at is null`,
      [sessionId, userId],
    );
    return row && toLiveSession(row);
  }

  /** All sessions of the user that have not ended, whatever the clock says of them; none of who is banned. */
  async findAll(userId: string): Promise<LiveSession[]> {
    const rows = await this.database.rows<Session & Omit<SessionUser, 'id'>>(
      `select ${SESSION_COLUMNS}, u.role, u.email_verified from sessions s join users u on u.id = s.user_id
       where s.user_id = $1 and s.ended_at is null and u.banned_at is null`,
      [userId],
    );
    return rows.map(toLiveSession);
  }

  /** Whether the session is over for good, which nothing can undo: it has ended, or its row is gone. */
  async hasEnded(sessionId: string): Promise<boolean> {
    return (
      (await this.database.row('select 1 as one from sessions where id = $1 and ended_at is null', [sessionId])) ===
      null
    );
  }

  /** The user's sessions that live at `now`, the most recently used first. */
  list(userId: string, now: Date): Promise<Session[]> {
    return this.database.rows<Session>(
      `select ${SESSION_COLUMNS} from sessions s where s.user_id = $4 and ${IS_LIVE} order by s.last_seen_at desc, s.id desc`,
      [...this.liveAt(now), userId],
    );
  }

  /** The ids of the user's live sessions, oldest first, as seen under the user's lock. */
  async listIds(tx: Transaction, userId: string, now: Date): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `select s.id from sessions s where s.user_id = $4 and ${IS_LIVE} order by s.id`,
      [...this.liveAt(now), userId],
    );
    return rows.map(({ id }) => id);
  }

  rename(
    tx: Transaction,
    userId: string,
    sessionId: string,
    deviceName: string | null,
    now: Date,
  ): Promise<Session | null> {
    return tx.row<Session>(
      `update sessions s set device_name = $6 where s.id = $5 and s.user_id = $4 and ${IS_LIVE} returning ${SESSION_COLUMNS}`,
      [...this.liveAt(now), userId, sessionId, deviceName],
    );
  }

  /** Ends these sessions of the user for good; answers how many of them had not ended before. */
  end(tx: Transaction, userId: string, sessionIds: string[], reason: SessionEndReason, now: Date): Promise<number> {
    return tx.execute(
      `update sessions set ended_at = $4, end_reason = $3
       where id = any($2::uuid[]) and user_id = $1 and ended_at is null`,
      [userId, sessionIds, reason, now],
    );
  }

  /**
   * Ends all sessions of the user for good, but for the one to keep, and also those that look expired: another process may
   * have seen them a moment ago. Answers how many of them were live as far as is known here.
   */
  async endAllBut(
    tx: Transaction,
    userId: string,
    kept: string | null,
    reason: SessionEndReason,
    now: Date,
  ): Promise<number> {
    const rows = await tx.rows<{ wasLive: boolean }>(
      `update sessions s set ended_at = $1, end_reason = $5
       where s.user_id = $4 and s.id is distinct from $6::uuid and s.ended_at is null
       returning ${IS_WITHIN_LIMITS} as was_live`,
      [...this.liveAt(now), userId, reason, kept],
    );
    return rows.filter(({ wasLive }) => wasLive).length;
  }

  /** Ends the session if PostgreSQL, too, has not seen it since `cutoff`; otherwise another process has, and it lives. */
  async endIdle(tx: Transaction, sessionId: string, cutoff: Date, now: Date): Promise<boolean> {
    const ended = await tx.execute(
      `update sessions set ended_at = $3, end_reason = 'idle'
       where id = $1 and ended_at is null and last_seen_at <= $2`,
      [sessionId, cutoff, now],
    );
    return ended === 1;
  }

  private liveAt(now: Date): [Date, Date, Date] {
    return [now, idleCutoff(true, this.limits, now), idleCutoff(false, this.limits, now)];
  }
}

function toLiveSession({ role, emailVerified, ...session }: Session & Omit<SessionUser, 'id'>): LiveSession {
  return { session, user: { id: session.userId, role, emailVerified } };
}
