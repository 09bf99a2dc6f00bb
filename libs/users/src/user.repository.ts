import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#database';
import type { User } from './user.entity.js';

/** The accounts in PostgreSQL. While it is down, every method throws `DatabaseUnavailable`. */
@Injectable()
export class UserRepository {
  constructor(private readonly database: Database) {}

  /** Adds the account, or answers `false` when its canonical e-mail is taken, also by one inserted at the same moment. */
  async insert(tx: Transaction, user: User): Promise<boolean> {
    const inserted = await tx.execute(
      `insert into users (id, email, email_canonical, email_verified, password_hash, credential_version, role, banned_at, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (email_canonical) do nothing`,
      [
        user.id,
        user.email,
        user.emailCanonical,
        user.emailVerified,
        user.passwordHash,
        user.credentialVersion,
        user.role,
        user.bannedAt,
        user.createdAt,
      ],
    );
    return inserted === 1;
  }

  findByEmail(emailCanonical: string): Promise<User | null> {
    return this.database.row<User>('select * from users where email_canonical = $1', [emailCanonical]);
  }

  find(id: string): Promise<User | null> {
    return this.database.row<User>('select * from users where id = $1', [id]);
  }

  /**
   * Reads the account and holds its row until the transaction ends. Starting a session and changing a credential both
   * do so first; therefore a login that races a password change or a ban comes wholly before or wholly after it.
   */
  lock(tx: Transaction, id: string): Promise<User | null> {
    return tx.row<User>('select * from users where id = $1 for no key update', [id]);
  }

  /** Stores the new hash and raises `credentialVersion`; the caller holds the {@link lock}. */
  async setPassword(tx: Transaction, id: string, passwordHash: string): Promise<void> {
    await tx.execute('update users set password_hash = $2, credential_version = credential_version + 1 where id = $1', [
      id,
      passwordHash,
    ]);
  }
}
