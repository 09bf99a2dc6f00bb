import { Injectable } from '@nestjs/common';
import { type Client, type LiveSession, type SessionGrant, type SessionRequest, SessionsService } from '#sessions';
import { type User, UserRepository } from '#users';
import { InvalidCredentials } from './auth.errors.js';
import { countReauthentication } from './auth.metrics.js';
import { PasswordHasher } from './password-hasher.js';

/** For a user who is logged in and proves again who they are. */
@Injectable()
export class ReauthenticationService {
  constructor(
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionsService,
  ) {}

  /** A new session in place of the current one (OWASP ASVS 5.0, 7.2.4). Throws {@link InvalidCredentials}. */
  async reauthenticate(live: LiveSession, password: string, client: Client, now: Date): Promise<SessionGrant> {
    const user = await this.prove(live, password);
    return this.sessions.replace(live.session, 'one', successorOf(live, user, client), now);
  }

  /** The account, to who knows its password. Throws {@link InvalidCredentials}. */
  prove({ user: { id } }: LiveSession, password: string): Promise<User> {
    return countReauthentication(async () => {
      const user = await this.users.find(id);
      const isRight = await this.hasher.verify(user?.passwordHash ?? null, password);
      if (!user || !isRight) throw new InvalidCredentials();
      return user;
    });
  }
}

/** The session that takes the place of this one: on the same device, and remembered if it was. */
export function successorOf({ session }: LiveSession, user: User, client: Client): SessionRequest {
  const { remembered, deviceName } = session;
  return { userId: user.id, credentialVersion: user.credentialVersion, remembered, deviceName, client };
}
