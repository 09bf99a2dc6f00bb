import { RedisUnderTest } from '#testing';
import { describeSessionStore } from '../../libs/sessions/src/session-store.contract.js';
import { redisAt, SessionSystem } from '../support/session-system.js';

let redis: Awaited<ReturnType<typeof RedisUnderTest.plain>>;
let system: SessionSystem;

beforeAll(async () => {
  redis = await RedisUnderTest.plain();
  system = await SessionSystem.start({}, { redis: redisAt(redis.url) });
});

afterAll(async () => {
  await system.close();
  await redis.stop();
});

describeSessionStore('Redis', () => system);
