import { randomBytes, randomUUID } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CoherenceModule,
  type CoherenceOptions,
  Copies,
  CopyBatches,
  CopySweep,
  FenceEntity,
  FreeValues,
  InvalidationChannel,
  InvalidationEntity,
  RedisTrust,
  Writes,
} from '#coherence';
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
import { until } from './until.js';

const LIMITS: SessionLimits = {
  idleSeconds: 3_600,
  absoluteSeconds: 36_000,
  rememberedIdleSeconds: 7_200,
  rememberedAbsoluteSeconds: 72_000,
  refreshGraceSeconds: 20,
  maxPerUser: 50,
  capPolicy: 'end_oldest',
};

/** For tests of faults: what waits for these does not wait for long. */
export const QUICK: CoherenceOptions = { fenceLeaseMs: 500, handoverMs: 100, databaseGraceMs: 0 };
/** For all others: a busy machine must not be taken for a fault. */
export const PATIENT: CoherenceOptions = { fenceLeaseMs: 3_000, handoverMs: 5_000, databaseGraceMs: 0 };

const TRUST_LIMIT_MS = 40_000;

interface SystemOptions {
  url?: string;
  secretKeys?: Buffer[];
  /** null = Redis is off. */
  redis?: RedisOptions | null;
  /** Patient with Redis, quick without, unless told. */
  coherence?: CoherenceOptions;
  /** The database for connections outside the pool, if by another way. */
  directUrl?: string;
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
    commandTimeoutMs: 2_000,
  };
}

/** The sessions lib on a database of its own, without HTTP, its clock in the hands of the test. */
export class SessionSystem {
  readonly database = this.module.get(Database);
  readonly store = this.module.get(SessionStore);
  readonly sessions = this.module.get(SessionsService);
  readonly writes = this.module.get(Writes);
  readonly copies = this.module.get(Copies);
  readonly trust = this.module.get(RedisTrust);
  readonly lastSeen = this.module.get(LastSeen);
  readonly users = this.module.get(UserRepository, { strict: false });

  /** What a cache needs. */
  get coherence() {
    const { copies, writes, module } = this;
    const [batches, sweep, free] = [module.get(CopyBatches), module.get(CopySweep), module.get(FreeValues)];
    const channel = module.get(InvalidationChannel);
    return { channel, copies, batches, sweep, writes, free };
  }

  private constructor(
    readonly module: TestingModule,
    readonly limits: SessionLimits,
    readonly url: string,
  ) {}

  static async start(
    limits: Partial<SessionLimits> = {},
    { url: given, secretKeys = [randomBytes(32)], redis = null, coherence, directUrl }: SystemOptions = {},
  ): Promise<SessionSystem> {
    const all = { ...LIMITS, ...limits };
    const url = given ?? (await createTestDatabase());
    const module = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({
          url,
          directUrl: directUrl ?? null,
          dataDir: 'unused',
          poolSize: 10,
          migrateAtStart: true,
          entities: [User, SessionEntity, FenceEntity, InvalidationEntity],
          migrations,
        }),
        RedisModule.forRoot(redis),
        CoherenceModule.forRoot(coherence ?? (redis ? PATIENT : QUICK)),
        SessionsModule.forRoot({ limits: all, secretKeys, store: redis || coherence?.memory ? 'copies' : 'postgres' }),
      ],
    }).compile();
    await module.init();
    const system = new SessionSystem(module, all, url);
    if (redis) await system.redisInUse();
    return system;
  }

  /** Resolves when Redis is trusted; says why it is not, if that takes too long. */
  async redisInUse(): Promise<void> {
    const { trust } = this;
    await until(() => trust.state === 'trusted', TRUST_LIMIT_MS).catch(() => {
      throw new Error(`Redis is ${trust.state} after ${TRUST_LIMIT_MS / 1000} s: ${trust.reason}`);
    });
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
