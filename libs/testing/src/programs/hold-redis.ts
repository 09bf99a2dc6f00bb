import { RedisUnderTest } from '../redis-under-test.js';

// A process that uses a Redis, a paused one, until it is killed.
const redis = await RedisUnderTest.start();
const [, folder] = (await redis.command('CONFIG', 'GET', 'dir')) as [string, string];
redis.pause();
process.on('disconnect', () => undefined);
process.send?.({ url: redis.url, folder });
