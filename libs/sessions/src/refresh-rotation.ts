import { Inject, Injectable, Logger } from '@nestjs/common';
import { Writes } from '#coherence';
import { UserRepository } from '#users';
import type { Client } from './client.js';
import { LastSeen } from './last-seen.js';
import { isGenuine, parseRefreshToken, type RefreshToken, writeRefreshToken } from './refresh-token.js';
import { type RefreshState, RefreshTokenRepository, type Rotation } from './refresh-token.repository.js';
import { type SecretKey, SecretKeys } from './secret-keys.js';
import { plusSeconds, type Session } from './session.js';
import { sessionsCopy } from './session-copies.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';
import { type SessionLocation, SessionStore } from './session-store.js';
import { InvalidRefreshToken } from './sessions.errors.js';
import { type SessionGrant, SessionsService } from './sessions.service.js';

/**
 * Rotates refresh tokens (RFC 9700 section 4.14.2). The current token is replaced. One replaced less than the grace ago
 * leads to the session's current token, so that two tabs or a lost reply log nobody out; never to a second branch. One
 * replaced longer ago is taken for stolen and ends the session. What we did not make changes nothing.
 */
@Injectable()
export class RefreshRotation {
  private readonly logger = new Logger(RefreshRotation.name);

  constructor(
    private readonly tokens: RefreshTokenRepository,
    private readonly writes: Writes,
    private readonly store: SessionStore,
    private readonly users: UserRepository,
    private readonly lastSeen: LastSeen,
    private readonly sessions: SessionsService,
    private readonly keys: SecretKeys,
    @Inject(SESSION_LIMITS) private readonly limits: SessionLimits,
  ) {}

  /**
   * Throws {@link InvalidRefreshToken}. Decided by PostgreSQL alone. Once it has rotated the token only a change of the
   * client can still fail, or wait out a lease: then a repeat within the grace gets the same successor.
   */
  async refresh(text: string, client: Client, now: Date): Promise<SessionGrant> {
    const { token, state } = await this.recognise(text);
    const [live, account] = await Promise.all([
      this.store.find(state.userId, token.sessionId, now),
      this.users.find(state.userId),
    ]);
    if (!live || !account) throw new InvalidRefreshToken();
    const next = await this.next(token, state, live.session, client, now);
    if (next) return { session: { ...live.session, ...client, lastSeenAt: now }, account, refreshToken: next };
    const refreshToken = await this.currentWithinGrace(token, now);
    this.lastSeen.record(token.sessionId, now);
    return { session: this.lastSeen.overlay(live.session), account, refreshToken };
  }

  /**
   * Whose session a token of any age belongs to, also one that has ended: who ends it again must wait until that is final.
   * Null for what we did not make, or have forgotten.
   */
  locate(text: string): Promise<SessionLocation | null> {
    return this.store.locate(text, async () => {
      const found = await this.recognise(text).catch((error: unknown) => {
        if (error instanceof InvalidRefreshToken) return null;
        throw error;
      });
      return found && { userId: found.state.userId, sessionId: found.token.sessionId };
    });
  }

  private async recognise(text: string): Promise<{ token: RefreshToken; state: RefreshState }> {
    const token = parseRefreshToken(text);
    const state = token && (await this.tokens.find(token.sessionId));
    if (!token || !state || !isGenuine(token, state.seed, this.keys.all)) throw new InvalidRefreshToken();
    return { token, state };
  }

  private async next(
    { sessionId, number }: RefreshToken,
    state: RefreshState,
    session: Session,
    client: Client,
    now: Date,
  ): Promise<string | null> {
    const { current } = this.keys;
    const rotation = { sessionId, from: number, keyId: current.id, client, now };
    const isNext = number === state.tokenNumber && (await this.rotate(rotation, session));
    return isNext ? this.write(sessionId, number + 1, state, current) : null;
  }

  /** A rotation changes nothing that copies hold, unless the client has moved since. */
  private rotate(rotation: Rotation, { userId, ip, userAgent }: Session): Promise<boolean> {
    const { client } = rotation;
    if (client.ip === ip && client.userAgent === userAgent) return this.tokens.rotate(rotation);
    return this.writes.commit((tx, invalidate) => {
      invalidate(sessionsCopy(userId));
      return this.tokens.rotate(rotation, tx);
    });
  }

  private async currentWithinGrace(token: RefreshToken, now: Date): Promise<string> {
    const state = await this.tokens.find(token.sessionId);
    const key = state && this.keys.find(state.keyId);
    if (!state || !key || token.number >= state.tokenNumber) throw new InvalidRefreshToken();
    const replacedAt = state.rotatedAt[state.tokenNumber - token.number - 1];
    if (replacedAt && now < plusSeconds(replacedAt, this.limits.refreshGraceSeconds)) {
      return this.write(token.sessionId, state.tokenNumber, state, key);
    }
    await this.endForTheft(state.userId, token, now);
    throw new InvalidRefreshToken();
  }

  private async endForTheft(userId: string, { sessionId, number }: RefreshToken, now: Date): Promise<void> {
    await this.sessions.end(userId, sessionId, 'token_reuse', now);
    this.logger.warn(
      { event: 'authn_token_reuse', userId, sessionId, number },
      'A replaced refresh token was used again',
    );
  }

  private write(sessionId: string, number: number, { seed }: RefreshState, key: SecretKey): string {
    return writeRefreshToken(sessionId, number, seed, key);
  }
}
