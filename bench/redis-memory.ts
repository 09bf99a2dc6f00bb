import { randomBytes, randomInt } from 'node:crypto';
import { newId } from '#database';
import type { SessionLocation } from '#sessions';
import { PostgresUnderTest, RedisUnderTest } from '#testing';
import { redisAt, SessionSystem } from '../test/support/session-system.js';

const SESSIONS = 100_000;
const ROWS_AT_ONCE = 2_000;
const IN_FLIGHT = 64;

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1@.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1@.0.0.0 Safari/537.36 Edg/1@.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1@.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/@.1 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/@.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1@.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:1@.0) Gecko/20100101 Firefox/1@.0',
  'okhttp/4.@.0',
];
const DEVICES = ['Laptop', "Ana's iPhone", 'Work', 'Pixel 9', 'Küche', null, null, null];

interface NewSession extends SessionLocation {
  token: string;
}

/**
 * `npm run bench:memory`: what a session takes in Redis with its device data and both indexes, all keys and their
 * bookkeeping counted (`used_memory` before and after).
 */
async function bench(): Promise<void> {
  const postgres = await PostgresUnderTest.start();
  for (const perUser of [1, 2, 5]) {
    for (const [name, args] of Object.entries(SERVERS)) {
      const bytes = await bytesPerSession(await postgres.createDatabase(), perUser, args);
      console.log(`${bytes.toFixed(0).padStart(4)} B a session, ${perUser} of each user, ${name}`);
    }
  }
  await postgres.stop();
}

const SERVERS = {
  'Redis as it comes': [],
  'Redis with the limit of docker-compose.prod.yml': ['--hash-max-listpack-value', '256'],
};

async function bytesPerSession(url: string, perUser: number, args: string[]): Promise<number> {
  const redis = await RedisUnderTest.start({ args });
  const system = await SessionSystem.start({}, { url, redis: { ...redisAt(redis.url), keyPrefix: 'pc' } });
  const sessions = await insertSessions(system, perUser);
  const before = await usedMemory(redis);
  await inFlight(sessions, async ({ userId, sessionId, token }) => {
    if (!(await system.store.find(userId, sessionId, new Date()))) throw new Error('A session was not found.');
    await system.store.locate(token, () => Promise.resolve({ userId, sessionId }));
  });
  const after = await usedMemory(redis);
  await system.close();
  await redis.stop();
  return (after - before) / sessions.length;
}

async function insertSessions({ database }: SessionSystem, perUser: number): Promise<NewSession[]> {
  const sessions: NewSession[] = [];
  while (sessions.length < SESSIONS) {
    const users = Array.from({ length: ROWS_AT_ONCE / perUser }, () => newId());
    await database.execute(
      `insert into users select id, id || '@example.com', id || '@example.com', true, '', 1, 'user', null, now()
       from unnest($1::uuid[]) id`,
      [users],
    );
    const rows = users.flatMap((userId) => Array.from({ length: perUser }, () => ({ userId, sessionId: newId() })));
    await database.execute(
      `insert into sessions select id, user_id, '\\x00', 'key', 1, '{}', false, device, agent, ip, now() - age, now() - age / 2,
         now() - age + interval '7 days', null, null
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::interval[])
         as t (id, user_id, device, agent, ip, age)`,
      [
        rows.map(({ sessionId }) => sessionId),
        rows.map(({ userId }) => userId),
        rows.map(() => oneOf(DEVICES)),
        rows.map(() => oneOf(AGENTS).replaceAll('@', String(randomInt(20, 45)))),
        rows.map(() => address()),
        rows.map(() => `${randomInt(1, 3_000)} seconds`),
      ],
    );
    sessions.push(...rows.map((row) => ({ ...row, token: `pcr_${randomBytes(48).toString('base64url')}` })));
  }
  return sessions;
}

function oneOf<T>(values: T[]): T {
  return values[randomInt(values.length)]!;
}

/** One in four is IPv6. */
function address(): string {
  if (randomInt(4) > 0) return Array.from({ length: 4 }, () => randomInt(1, 255)).join('.');
  return `2001:db8:${Array.from({ length: 6 }, () => randomInt(65_536).toString(16)).join(':')}`;
}

async function inFlight<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

async function usedMemory(redis: RedisUnderTest): Promise<number> {
  const info = String(await redis.command('INFO', 'memory'));
  return Number(/^used_memory:(\d+)/m.exec(info)![1]);
}

await bench();
