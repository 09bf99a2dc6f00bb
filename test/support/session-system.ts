import { randomBytes, randomUUID } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { CoherenceModule, FenceEntity, InvalidationEntity, RedisTrust, SharedCopies, Writes } from '#coherence';
import { Database, DatabaseModule, migrations, newId } from '#database';
import { RedisModule, type RedisOptions } from '#redis';
import {
  LastSeen,
  SessionEntity,
  type SessionGrant,
  type SessionLimits,
  SessionStore,
  SessionsModule,
  SessionsService,
  sessionsCopy,
} from '#sessions';
import { createTestDatabase } from '#testing';
import { User, UserRepository } from '#users';

const LIMITS: SessionLimits = {
  idleSeconds: 3_600,
  absoluteSeconds: 36_000,
  rememberedIdleSeconds: 7_200,
  rememberedAbsoluteSeconds: 72_000,
  refreshGraceSeconds: 20,
  maxPerUser: 50,
  capPolicy: 'end_oldest',
};

/** Short, so that what waits for it does not wait for long. */
const FENCE_LEASE_MS = 300;

interface SystemOptions {
  url?: string;
  secretKeys?: Buffer[];
  /** null = Redis is off. */
  redis?: RedisOptions | null;
  fenceLeaseMs?: number;
}

/** Of this test file: the Redis may hold the keys of others. */
export const KEY_PREFIX = `pc-${randomBytes(4).toString('hex')}`;

export function redisAt(url: string): RedisOptions {
  return {
    url,
    sentinels: [],
    sentinelMaster: '',
    sentinelPassword: null,
    tlsCa: null,
    keyPrefix: KEY_PREFIX,
    commandTimeoutMs: 500,
  };
}

/** The sessions lib on a database of its own, without HTTP, its clock in the hands of the test. */
export class SessionSystem {
  readonly database = this.module.get(Database);
  readonly store = this.module.get(SessionStore);
  readonly sessions = this.module.get(SessionsService);
  readonly writes = this.module.get(Writes);
  readonly copies = this.module.get(SharedCopies);
  readonly trust = this.module.get(RedisTrust);
  readonly lastSeen = this.module.get(LastSeen);
  readonly users = this.module.get(UserRepository, { strict: false });

  private constructor(
    readonly module: TestingModule,
    readonly limits: SessionLimits,
    readonly url: string,
  ) {}

  static async start(
    limits: Partial<SessionLimits> = {},
    { url: given, secretKeys = [randomBytes(32)], redis = null, fenceLeaseMs = FENCE_LEASE_MS }: SystemOptions = {},
  ): Promise<SessionSystem> {
    const all = { ...LIMITS, ...limits };
    const url = given ?? (await createTestDatabase());
    const module = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({
          url,
          directUrl: null,
          dataDir: 'unused',
          poolSize: 10,
          migrateAtStart: true,
          entities: [User, SessionEntity, FenceEntity, InvalidationEntity],
          migrations,
        }),
        RedisModule.forRoot(redis),
        CoherenceModule.forRoot({ fenceLeaseMs, handoverMs: 100 }),
        SessionsModule.forRoot({ limits: all, secretKeys, store: redis ? 'redis' : 'postgres' }),
      ],
    }).compile();
    await module.init();
    return new SessionSystem(module, all, url);
  }

  close(): Promise<void> {
    return this.module.close();
  }

  async newUser(): Promise<User> {
    const email = `${randomUUID()}@example.com`;
    const user: User = {
      id: newId(),
      email,
      emailCanonical: email,
      emailVerified: false,
      passwordHash: 'none',
      credentialVersion: 1,
      role: 'user',
      bannedAt: null,
      createdAt: new Date(),
    };
    await this.database.inTransaction((tx) => this.users.insert(tx, user));
    return user;
  }

  startSession(
    userId: string,
    at: Date,
    { remembered = false, deviceName = null as string | null } = {},
  ): Promise<SessionGrant> {
    const client = { ip: '203.0.113.7', userAgent: 'test' };
    return this.sessions.start({ userId, credentialVersion: 1, remembered, deviceName, client }, at);
  }

  async logIn(at: Date, more: { remembered?: boolean; deviceName?: string } = {}): Promise<SessionGrant> {
    return this.startSession((await this.newUser()).id, at, more);
  }

  async changeUser(
    userId: string,
    { role = 'user', banned = false }: { role?: string; banned?: boolean },
  ): Promise<void> {
    await this.writes.commit(async (tx, invalidate) => {
      invalidate(sessionsCopy(userId));
      await tx.execute('update users set role = $2, banned_at = case when $3 then now() end where id = $1', [
        userId,
        role,
        banned,
      ]);
    });
  }
}
