import type { MemoryOptions } from '#coherence';
import { RedisUnderTest } from '#testing';
import { describeSessionStore } from '../../libs/sessions/src/session-store.contract.js';
import { PATIENT, redisAt, SessionSystem } from '../support/session-system.js';

let redis: Awaited<ReturnType<typeof RedisUnderTest.plain>>;

beforeAll(async () => {
  redis = await RedisUnderTest.plain();
});

afterAll(() => redis.stop());

const MEMORY = { leaseMs: 50, maxEntries: 1_000, maxBytes: 1_000_000 };

describe.each<[string, MemoryOptions | null, boolean]>([
  ['Redis', null, true],
  ['memory', MEMORY, false],
  ['the memory of the only process', { ...MEMORY, leaseMs: null }, false],
  ['memory and Redis', MEMORY, true],
])('%s', (name, memory, withRedis) => {
  let system: SessionSystem;

  beforeAll(async () => {
    system = await SessionSystem.start(
      {},
      { redis: withRedis ? redisAt(redis.url) : null, coherence: { ...PATIENT, memory } },
    );
  });

  afterAll(() => system.close());

  describeSessionStore(name, () => system);
});
