import { Injectable } from '@nestjs/common';
import { AccountLifecycle, type NewAccount } from '#auth';
import type { Transaction } from '#database';
import { ProfileRepository } from './profile.repository.js';

/** Gives every account its profile, in the transaction that makes the account. */
@Injectable()
export class ProfileLifecycle extends AccountLifecycle {
  constructor(private readonly profiles: ProfileRepository) {
    super();
  }

  created(tx: Transaction, { userId, displayName, createdAt }: NewAccount): Promise<void> {
    return this.profiles.insert(tx, userId, displayName, createdAt);
  }
}
