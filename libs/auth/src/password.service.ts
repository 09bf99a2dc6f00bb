import { Injectable } from '@nestjs/common';
import { type Client, type LiveSession, type SessionGrant, SessionsService } from '#sessions';
import { UserRepository } from '#users';
import { PasswordUnchanged } from './auth.errors.js';
import type { ChangePasswordDto } from './credentials.dto.js';
import { PasswordHasher } from './password-hasher.js';
import { normalisePassword } from './password-rules.js';
import { ReauthenticationService, successorOf } from './reauthentication.service.js';

/** Changes passwords. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly reauthentication: ReauthenticationService,
    private readonly hasher: PasswordHasher,
    private readonly users: UserRepository,
    private readonly sessions: SessionsService,
  ) {}

  /** A new session in place of all that the user has. Throws {@link InvalidCredentials}, {@link PasswordUnchanged}. */
  async change(live: LiveSession, body: ChangePasswordDto, client: Client, now: Date): Promise<SessionGrant> {
    const user = await this.reauthentication.prove(live, body.currentPassword);
    if (normalisePassword(body.newPassword) === normalisePassword(body.currentPassword)) throw new PasswordUnchanged();
    const passwordHash = await this.hasher.hash(body.newPassword);
    return this.sessions.replace(live.session, 'all', successorOf(live, user, client), now, (tx) =>
      this.users.setPassword(tx, user.id, passwordHash),
    );
  }
}
