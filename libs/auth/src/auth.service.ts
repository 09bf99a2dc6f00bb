import { Injectable } from '@nestjs/common';
import { AccountBanned, type Client, RefreshRotation, type SessionGrant, SessionsService } from '#sessions';
import { canonicalEmail, UserRepository } from '#users';
import { AccessTokens } from './access-tokens.js';
import { InvalidCredentials } from './auth.errors.js';
import { countLogin } from './auth.metrics.js';
import type { LoginDto } from './credentials.dto.js';
import { PasswordHasher } from './password-hasher.js';
import { sessionRequest } from './session-request.js';

/** Logs people in and out. */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionsService,
    private readonly rotation: RefreshRotation,
    private readonly tokens: AccessTokens,
  ) {}

  /** Throws {@link InvalidCredentials}, and {@link AccountBanned} to who knows the password. */
  login(body: LoginDto, client: Client, now: Date): Promise<SessionGrant> {
    return countLogin(async () => {
      const user = await this.users.findByEmail(canonicalEmail(body.email)!);
      const isRight = await this.hasher.verify(user?.passwordHash ?? null, body.password);
      if (!user || !isRight) throw new InvalidCredentials();
      if (user.bannedAt) throw new AccountBanned();
      return this.sessions.start(sessionRequest(user, body, client), now);
    });
  }

  /** Ends the session of an access token, also an expired one, or of a refresh token; what is not ours changes nothing. */
  async logout(token: { access: string } | { refresh: string }, now: Date): Promise<void> {
    const found =
      'access' in token
        ? this.tokens.verifyEvenIfExpired(token.access, now)
        : await this.rotation.locate(token.refresh);
    if (found) await this.sessions.end(found.userId, found.sessionId, 'logout', now);
  }
}
