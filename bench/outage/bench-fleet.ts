import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresUnderTest, RedisUnderTest, ServerUnderTest, TcpProxy } from '#testing';
import { until } from '../../test/support/until.js';
import { type Account, CONNECTIONS, PacedLoad } from './paced-load.js';

const NODES = 3;
const LOOK_EVERY_MS = 100;
/** On a busy machine Redis comes and goes, and is then trusted again less and less soon. */
const IN_USE_LIMIT_MS = 90_000;

/** Three servers on a database of their own, with a Redis and a way of each to it, or without. */
export class BenchFleet {
  private constructor(
    readonly redis: RedisUnderTest,
    readonly ways: readonly TcpProxy[],
    private readonly servers: readonly ServerUnderTest[],
    private readonly database: pg.Pool,
    private readonly accounts: readonly Account[],
  ) {}

  static async start(postgres: PostgresUnderTest, { withRedis }: { withRedis: boolean }): Promise<BenchFleet> {
    const url = await postgres.createDatabase();
    const redis = await RedisUnderTest.start();
    const ways = await Promise.all(Array.from({ length: NODES }, () => TcpProxy.to('127.0.0.1', redis.port)));
    const servers = await Promise.all(
      ways.map(({ port }) =>
        ServerUnderTest.start({
          DATABASE__URL: url,
          REDIS__ENABLED: String(withRedis),
          REDIS__URL: `redis://127.0.0.1:${port}`,
          CACHE__MEMORY_LEASE_MS: '0', // with copies in memory few reads would notice
          LOG__LEVEL: 'error',
          NODE_V8_COVERAGE: '', // measuring coverage takes time
        }),
      ),
    );
    const accounts = await Promise.all(Array.from({ length: CONNECTIONS }, () => register(servers[0]!.url)));
    return new BenchFleet(redis, ways, servers, new pg.Pool({ connectionString: url, max: 4 }), accounts);
  }

  load(): PacedLoad {
    const urls = this.servers.map(({ url }) => url);
    return new PacedLoad(urls, this.accounts, (userId) => this.newSession(userId));
  }

  /** The number of the fence's epoch. */
  async epoch(): Promise<number> {
    const { rows } = await this.database.query<{ epoch: string }>('select epoch from fence');
    return Number.parseInt(rows[0]!.epoch, 10);
  }

  /** Resolves when every server uses Redis. */
  async inUse(): Promise<void> {
    await until(async () => {
      await pause(LOOK_EVERY_MS);
      return (await Promise.all(this.servers.map(usesRedis))).every(Boolean);
    }, IN_USE_LIMIT_MS);
  }

  async stop(): Promise<void> {
    await this.database.end();
    await Promise.all(this.servers.map((server) => server.stop()));
    await Promise.all(this.ways.map((way) => way.close()));
    await this.redis.stop();
  }

  /** Without a login, whose password hash would cost more than all else. */
  private async newSession(userId: string): Promise<string> {
    const { rows } = await this.database.query<{ id: string }>(
      `insert into sessions select gen_random_uuid(), $1, '\\x00', 'key', 1, '{}', false, null, null, null, now(), now(),
         now() + interval '7 days', null, null returning id`,
      [userId],
    );
    return rows[0]!.id;
  }
}

async function usesRedis({ url }: ServerUnderTest): Promise<boolean> {
  const { checks } = (await (await fetch(`${url}/health/ready`)).json()) as { checks: { redis: string } };
  return checks.redis === 'up';
}

async function register(url: string): Promise<Account> {
  const unique = randomBytes(16).toString('hex');
  const response = await fetch(`${url}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${unique}@example.com`, password: unique }),
  });
  const { user, accessToken } = (await response.json()) as { user: { id: string }; accessToken: string };
  return { userId: user.id, accessToken };
}
