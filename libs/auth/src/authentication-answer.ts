import { Injectable } from '@nestjs/common';
import { InvalidAccessToken, type LiveSession, type Session, type SessionGrant, SessionsService } from '#sessions';
import { type User, UserRepository } from '#users';
import { AccessTokens } from './access-tokens.js';
import { type AuthenticationDto, presentUser, type WhoAmIDto } from './account.dto.js';
import { presentSession } from './session.dto.js';

/** Puts together what the holder of a session is told: who they are, and with a fresh grant their tokens. */
@Injectable()
export class AuthenticationAnswer {
  constructor(
    private readonly users: UserRepository,
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
  ) {}

  /** Throws {@link InvalidAccessToken} when the account has gone since the session was looked up. */
  async whoAmI({ session, user: { id } }: LiveSession): Promise<WhoAmIDto> {
    const account = await this.users.find(id);
    if (!account) throw new InvalidAccessToken();
    return this.present(account, session);
  }

  /** Asks nobody: what was granted is committed, and an answer that failed now would be worse than none. */
  async grant({ account, session, refreshToken }: SessionGrant, now: Date): Promise<AuthenticationDto> {
    const { accessToken, expiresIn } = await this.tokens.issue(session, now);
    return { ...this.present(account, session), accessToken, tokenType: 'Bearer', expiresIn, refreshToken };
  }

  private present(account: User, session: Session): WhoAmIDto {
    const idleExpiresAt = this.sessions.idleExpiresAt(session);
    return { user: presentUser(account), session: presentSession(session, session.id, idleExpiresAt) };
  }
}
