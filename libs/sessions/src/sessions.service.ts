import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Writes } from '#coherence';
import { newId, type Transaction } from '#database';
import { type User, UserRepository } from '#users';
import type { Client } from './client.js';
import { LastSeen } from './last-seen.js';
import { writeRefreshToken } from './refresh-token.js';
import { SecretKeys } from './secret-keys.js';
import { absoluteExpiry, idleExpiresAt, type Session, type SessionEndReason } from './session.js';
import { SessionRepository } from './session.repository.js';
import { sessionsCopy } from './session-copies.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';
import {
  AccountBanned,
  CredentialChanged,
  InvalidAccessToken,
  SessionLimitReached,
  SessionNotFound,
} from './sessions.errors.js';

/** Who logs in, and how. */
export interface SessionRequest {
  userId: string;
  /** As it was when the credential was checked: if it has moved since, no session starts. */
  credentialVersion: number;
  remembered: boolean;
  deviceName: string | null;
  client: Client;
}

/** A session with the refresh token that its owner gets, in clear, this once, and the account whose it is. */
export interface SessionGrant {
  session: Session;
  account: User;
  refreshToken: string;
}

/** Other changes of the same transaction. */
type Change = (tx: Transaction) => Promise<void>;
const NOTHING_ELSE: Change = async () => {};

/**
 * Starts, lists, renames and ends sessions. When a call that ends sessions has resolved, the end is committed and final:
 * no process accepts them any more. While PostgreSQL is down everything throws `DatabaseUnavailable`; if that happens
 * during a commit, it is unknown whether it took place.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly writes: Writes,
    private readonly users: UserRepository,
    private readonly sessions: SessionRepository,
    private readonly lastSeen: LastSeen,
    private readonly keys: SecretKeys,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {}

  /**
   * Starts a session in the transaction that first makes `change` (of an account into being). Throws
   * {@link CredentialChanged}, {@link AccountBanned} and, by policy, {@link SessionLimitReached}.
   */
  start(request: SessionRequest, now: Date, change = NOTHING_ELSE): Promise<SessionGrant> {
    return this.writes.commit(async (tx, invalidate) => {
      await change(tx);
      const user = await this.lock(tx, request);
      if ((await this.makeRoom(tx, user.id, now)) > 0) invalidate(sessionsCopy(user.id));
      return this.insert(tx, user, request, now);
    });
  }

  /**
   * Starts a session in place of the one that the request was made with (`which` is `'one'`) or of all that the user has,
   * in the transaction that also makes `change` (of a credential). Throws as `start` does, and
   * {@link InvalidAccessToken} when that one has ended meanwhile: it must not live on in its successor.
   */
  replace(
    { userId, id }: Session,
    which: 'one' | 'all',
    request: SessionRequest,
    now: Date,
    change = NOTHING_ELSE,
  ): Promise<SessionGrant> {
    return this.commit(userId, async (tx) => {
      const user = await this.lock(tx, request);
      const reason = which === 'one' ? 'replaced' : 'password_changed';
      if ((await this.sessions.end(tx, userId, [id], reason, now)) === 0) throw new InvalidAccessToken();
      if (which === 'all') await this.sessions.endAllBut(tx, userId, null, reason, now);
      await change(tx);
      return this.insert(tx, user, request, now);
    });
  }

  /** The user's live sessions, the most recently used first. */
  async list(userId: string, now: Date): Promise<Session[]> {
    const sessions = (await this.sessions.list(userId, now)).map((session) => this.lastSeen.overlay(session));
    return sessions.sort((one, other) => other.lastSeenAt.getTime() - one.lastSeenAt.getTime());
  }

  /** Throws {@link SessionNotFound}. */
  async rename(userId: string, sessionId: string, deviceName: string | null, now: Date): Promise<Session> {
    const session = await this.commit(userId, (tx) => this.sessions.rename(tx, userId, sessionId, deviceName, now));
    if (!session) throw new SessionNotFound();
    return this.lastSeen.overlay(session);
  }

  /** Answers whether there was such a session to end. Ending it again is safe, and as final when it has resolved. */
  async end(userId: string, sessionId: string, reason: SessionEndReason, now: Date): Promise<boolean> {
    return (await this.commit(userId, (tx) => this.sessions.end(tx, userId, [sessionId], reason, now))) > 0;
  }

  /** Ends all sessions of the user, but for the one to keep if one is named; answers how many there were. */
  endAllBut(userId: string, kept: string | null, now: Date): Promise<number> {
    return this.commit(userId, async (tx) => {
      await this.users.lock(tx, userId);
      return this.sessions.endAllBut(tx, userId, kept, 'ended', now);
    });
  }

  /** When the session ends unless it is used before. */
  idleExpiresAt(session: Session): Date {
    return idleExpiresAt(session, this.limits);
  }

  /** A start alone only adds to what copies hold; everything else goes this way, whether or not it finds something to do. */
  private commit<T>(userId: string, change: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.writes.commit((tx, invalidate) => {
      invalidate(sessionsCopy(userId));
      return change(tx);
    });
  }

  private async lock(tx: Transaction, { userId, credentialVersion }: SessionRequest): Promise<User> {
    const user = await this.users.lock(tx, userId);
    if (user?.credentialVersion !== credentialVersion) throw new CredentialChanged();
    if (user.bannedAt) throw new AccountBanned();
    return user;
  }

  private async makeRoom(tx: Transaction, userId: string, now: Date): Promise<number> {
    const ids = await this.sessions.listIds(tx, userId, now);
    const excess = ids.length + 1 - this.limits.maxPerUser;
    if (excess <= 0) return 0;
    if (this.limits.capPolicy === 'refuse') throw new SessionLimitReached();
    return this.sessions.end(tx, userId, ids.slice(0, excess), 'cap', now);
  }

  private async insert(tx: Transaction, user: User, request: SessionRequest, now: Date): Promise<SessionGrant> {
    const session: Session = {
      id: newId(),
      userId: user.id,
      remembered: request.remembered,
      deviceName: request.deviceName,
      ...request.client,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: absoluteExpiry(now, request.remembered, this.limits),
    };
    const seed = randomBytes(32);
    await this.sessions.insert(tx, session, { seed, keyId: this.keys.current.id });
    return { session, account: user, refreshToken: writeRefreshToken(session.id, 1, seed, this.keys.current) };
  }
}
