import { Injectable } from '@nestjs/common';
import { newId, type Transaction } from '#database';
import { type Client, type SessionGrant, SessionsService } from '#sessions';
import { canonicalEmail, type User, UserRepository } from '#users';
import { AccountLifecycle } from './account-lifecycle.js';
import { EmailTaken } from './auth.errors.js';
import { countRegistration } from './auth.metrics.js';
import type { RegisterDto } from './credentials.dto.js';
import { PasswordHasher } from './password-hasher.js';
import { sessionRequest } from './session-request.js';

/** Makes accounts, whole or not at all: account, what is kept beside it and its first session are one transaction. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UserRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionsService,
    private readonly lifecycle: AccountLifecycle,
  ) {}

  /** Throws {@link EmailTaken}: of any number of registrations of one e-mail at once, one succeeds. */
  register(body: RegisterDto, client: Client, now: Date): Promise<SessionGrant> {
    return countRegistration(async () => {
      const emailCanonical = canonicalEmail(body.email)!;
      if (await this.users.findByEmail(emailCanonical)) throw new EmailTaken();
      const user = newUser(body.email, emailCanonical, await this.hasher.hash(body.password), now);
      return this.sessions.start(sessionRequest(user, body, client), now, (tx) => this.insert(tx, user, body));
    });
  }

  private async insert(tx: Transaction, user: User, { displayName }: RegisterDto): Promise<void> {
    if (!(await this.users.insert(tx, user))) throw new EmailTaken();
    await this.lifecycle.created(tx, { userId: user.id, displayName: displayName ?? null, createdAt: user.createdAt });
  }
}

function newUser(email: string, emailCanonical: string, passwordHash: string, createdAt: Date): User {
  return {
    id: newId(),
    email: email.normalize('NFC'),
    emailCanonical,
    emailVerified: false,
    passwordHash,
    credentialVersion: 1,
    role: 'user',
    bannedAt: null,
    createdAt,
  };
}
