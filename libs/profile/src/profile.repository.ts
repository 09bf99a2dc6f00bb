import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#database';
import type { Profile } from './profile.entity.js';

/** A row of the table, without the relation. */
export type ProfileRow = Omit<Profile, 'user'>;

/** The profiles in PostgreSQL. While it is down, every method throws `DatabaseUnavailable`. */
@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, userId: string, displayName: string | null, createdAt: Date): Promise<void> {
    await tx.execute(
      'insert into profiles (user_id, display_name, version, created_at, updated_at) values ($1, $2, 1, $3, $3)',
      [userId, displayName, createdAt],
    );
  }

  find(userId: string): Promise<ProfileRow | null> {
    return this.database.row<ProfileRow>('select * from profiles where user_id = $1', [userId]);
  }

  /** Reads the profile and holds its row until the transaction ends. */
  lock(tx: Transaction, userId: string): Promise<ProfileRow | null> {
    return tx.row<ProfileRow>('select * from profiles where user_id = $1 for no key update', [userId]);
  }

  async update(tx: Transaction, profile: ProfileRow): Promise<void> {
    await tx.execute(
      `update profiles set display_name = $2, bio = $3, locale = $4, time_zone = $5, avatar_url = $6, version = $7,
         updated_at = $8 where user_id = $1`,
      [
        profile.userId,
        profile.displayName,
        profile.bio,
        profile.locale,
        profile.timeZone,
        profile.avatarUrl,
        profile.version,
        profile.updatedAt,
      ],
    );
  }
}
