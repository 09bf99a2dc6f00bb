import { Test, type TestingModule } from '@nestjs/testing';
import type { Redis } from 'ioredis';
import { CacheModule } from '#cache';
import { CoherenceModule, FenceEntity, InvalidationEntity, RedisTrust } from '#coherence';
import { Database, DatabaseModule, migrations } from '#database';
import { Profile, ProfileModule } from '#profile';
import { RedisConnection, RedisKeys, RedisModule } from '#redis';
import {
  LastSeen,
  RefreshRotation,
  SessionEntity,
  type SessionLimits,
  SessionStore,
  SessionsModule,
  SessionsService,
} from '#sessions';
import { User } from '#users';
import { ProfileService } from '../../../libs/profile/src/profile.service.js';
import { redisAt } from '../../support/session-system.js';
import { PostgresGates } from './postgres-gates.js';
import { RedisWire } from './redis-wire.js';
import type { Scheduler } from './scheduler.js';
import type { VirtualClock } from './virtual-clock.js';

/** None passes within a run. */
const LIMITS: SessionLimits = {
  idleSeconds: 36_000,
  absoluteSeconds: 36_000,
  rememberedIdleSeconds: 36_000,
  rememberedAbsoluteSeconds: 36_000,
  refreshGraceSeconds: 3_600,
  maxPerUser: 50,
  capPolicy: 'end_oldest',
};

export const SCHEMA = { entities: [User, Profile, SessionEntity, FenceEntity, InvalidationEntity], migrations };

interface World {
  databaseUrl: string;
  redisUrl: string;
  scheduler: Scheduler;
  clock: VirtualClock;
}

const SECRET = Buffer.alloc(32, 7);
const DEFAULTS = { commandTimeoutMs: 100, coherence: { fenceLeaseMs: 2_000, handoverMs: 250, databaseGraceMs: 0 } };

/** The libs that keep and serve sessions and profiles, all that they ask of PostgreSQL and Redis in the scheduler's hands. */
export class GatedNode {
  readonly store = this.module.get(SessionStore);
  readonly sessions = this.module.get(SessionsService);
  readonly rotation = this.module.get(RefreshRotation);
  readonly lastSeen = this.module.get(LastSeen);
  readonly profiles = this.module.get(ProfileService, { strict: false });
  readonly trust = this.module.get(RedisTrust);
  readonly keys = this.module.get(RedisKeys);

  private constructor(
    readonly name: string,
    private readonly module: TestingModule,
    readonly postgres: PostgresGates,
    readonly wire: RedisWire,
  ) {}

  static async make(name: string, world: World): Promise<GatedNode> {
    const make = async () => {
      const made = await modulesOf(world).compile();
      return { made, database: made.get(Database) };
    };
    const { made, gates } = await PostgresGates.around(make, { node: name, ...world });
    const connection: unknown = made.get(RedisConnection);
    const { client } = connection as { client: Redis };
    return new GatedNode(name, made, gates, new RedisWire(client, name, world.scheduler));
  }

  /** Resolves when it works; until then the scheduler has to go on. */
  async start(): Promise<void> {
    await this.module.init();
  }

  async stop(): Promise<void> {
    this.postgres.isGated = false;
    this.wire.isGated = false;
    await this.module.close();
  }
}

function modulesOf({ databaseUrl: url, redisUrl }: World) {
  return Test.createTestingModule({
    imports: [
      DatabaseModule.forRoot({
        ...SCHEMA,
        url,
        directUrl: null,
        dataDir: 'unused',
        poolSize: 4,
        migrateAtStart: false,
      }),
      RedisModule.forRoot({ ...redisAt(redisUrl), commandTimeoutMs: DEFAULTS.commandTimeoutMs }),
      CoherenceModule.forRoot(DEFAULTS.coherence),
      CacheModule.forRoot({ backend: 'redis', maxEntries: 1, maxBytes: 1 }),
      SessionsModule.forRoot({ limits: LIMITS, secretKeys: [SECRET], store: 'copies' }),
      ProfileModule.forRoot({ ttlSeconds: 600 }),
    ],
  });
}
