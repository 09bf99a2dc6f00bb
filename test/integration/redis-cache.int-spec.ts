import { RedisCacheService } from '#cache';
import { RedisUnderTest } from '#testing';
import { describeCacheService } from '../../libs/cache/src/cache-service.contract.js';
import { Hands } from '../../libs/cache/src/contract/cache-under-test.contract.js';
import { KEY_PREFIX, PATIENT, redisAt, SessionSystem } from '../support/session-system.js';

let redis: Awaited<ReturnType<typeof RedisUnderTest.plain>>;

beforeAll(async () => {
  redis = await RedisUnderTest.plain();
});

afterAll(() => redis.stop());

describe.each([
  ['Redis', null],
  ['memory and Redis', { leaseMs: 20, maxEntries: 1_000, maxBytes: 1_000_000 }],
])('in %s', (where, memory) => {
  let system: SessionSystem;

  beforeAll(async () => {
    system = await SessionSystem.start({}, { redis: redisAt(redis.url), coherence: { ...PATIENT, memory } });
  });

  afterAll(() => system.close());

  /** Memory has a clock that nobody can put forward: what it holds is read once more. */
  function forget(): void {
    system.coherence.channel.tellHere('all');
  }

  async function make() {
    await forOwnKeys(`redis.call('unlink', key)`);
    forget();
    const hands = new Hands(Date.now());
    const advance = async (seconds: number) => {
      hands.advance(seconds);
      await letKeysAge(seconds);
      forget();
    };
    return { cache: new RedisCacheService(system.coherence, hands.settings), keeps: true, advance, draw: hands.draw };
  }

  describeCacheService(`${RedisCacheService.name} in ${where}`, make, { rounds: 100 });
});

/** Redis has a clock of its own. */
async function letKeysAge(seconds: number): Promise<void> {
  await forOwnKeys(`redis.call('pexpire', key, redis.call('pttl', key) - ${seconds * 1_000})`);
}

async function forOwnKeys(act: string): Promise<void> {
  await redis.command('EVAL', `for _, key in ipairs(redis.call('keys', ARGV[1])) do ${act} end`, 0, `${KEY_PREFIX}:*`);
}
