import { Module } from '@nestjs/common';
import { UserRepository } from './user.repository.js';

/** The accounts: their table, their lock, the canonical form of their e-mail. */
@Module({ providers: [UserRepository], exports: [UserRepository] })
export class UsersModule {}
