import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { DevelopmentSecrets } from '#database';
import { UsersModule } from '#users';
import { CopiedSessionStore } from './copied-session-store.js';
import { ExpiredSessionSweeper } from './expired-session-sweeper.js';
import { LastSeen } from './last-seen.js';
import { PostgresSessionStore } from './postgres-session-store.js';
import { RefreshRotation } from './refresh-rotation.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';
import { SecretKeys } from './secret-keys.js';
import { SessionRepository } from './session.repository.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';
import { SessionStore } from './session-store.js';
import { SessionUpkeepRepository } from './session-upkeep.repository.js';
import { SessionsService } from './sessions.service.js';

export interface SessionsOptions {
  limits: SessionLimits;
  /** Where look-ups are answered from: copies, in memory or in Redis, or PostgreSQL each time. */
  store: 'copies' | 'postgres';
  /**
   * Secrets of 32 bytes: the first makes new tokens, the others still recognise old ones. `'development'` makes one and
   * keeps it in the database, where whoever reads the database can read it too.
   */
  secretKeys: readonly Buffer[] | 'development';
}

/** Sessions. Needs DatabaseModule and CoherenceModule. Configured once, in the composition root. */
@Module({})
export class SessionsModule {
  static forRoot({ limits, store, secretKeys }: SessionsOptions): DynamicModule {
    return {
      module: SessionsModule,
      global: true,
      imports: [UsersModule],
      providers: [
        { provide: SESSION_LIMITS, useValue: limits },
        {
          provide: SecretKeys,
          inject: [DevelopmentSecrets],
          useFactory: async (development: DevelopmentSecrets) =>
            new SecretKeys(secretKeys === 'development' ? [await developmentKey(development)] : secretKeys),
        },
        PostgresSessionStore,
        ...(store === 'copies' ? [CopiedSessionStore] : []),
        { provide: SessionStore, useExisting: store === 'copies' ? CopiedSessionStore : PostgresSessionStore },
        SessionRepository,
        SessionUpkeepRepository,
        RefreshTokenRepository,
        SessionsService,
        RefreshRotation,
        LastSeen,
        ExpiredSessionSweeper,
      ],
      exports: [SecretKeys, SessionStore, SessionsService, RefreshRotation, LastSeen],
    };
  }
}

async function developmentKey(development: DevelopmentSecrets): Promise<Buffer> {
  return Buffer.from(await development.obtain('secrets_key', () => randomBytes(32).toString('base64')), 'base64');
}
