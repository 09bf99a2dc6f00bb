import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, ServerUnderTest } from '#testing';
import { ApiClient } from './api-client.js';
import { FleetRedis, type LiveRow } from './fleet-redis.js';
import { findLeaks } from './leaks.js';
import { isForeseeable, type RedisMode } from './redis-modes.js';
import { until } from './until.js';

/** How many processes serve, and what becomes of Redis: the Jest project says it. */
const { PROCESSES, REDIS } = globalThis as unknown as { PROCESSES: number; REDIS: RedisMode };

/** Some fleets keep copies in memory, under a short lease: every write waits for it. */
const HAS_MEMORY = PROCESSES > 1 && ['off', 'on', 'killed', 'on-and-off'].includes(REDIS);
const MEMORY_LEASE_MS = HAS_MEMORY ? 50 : 0;

/** How reads through the cache are served: `varying` where that depends on the process, the moment, or what befalls Redis. */
export const CACHING = HAS_MEMORY ? 'varying' : REDIS === 'off' ? 'none' : isForeseeable(REDIS) ? 'redis' : 'varying';

/** The servers of one test file, as many processes as the Jest project says, on one database and one Redis of their own. */
export class Fleet {
  readonly client = new ApiClient(() => this.servers.map(({ url }) => url));

  private constructor(
    readonly servers: ServerUnderTest[],
    readonly databaseUrl: string,
    private readonly redis: FleetRedis,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Fleet> {
    const databaseUrl = settings.DATABASE__URL ?? (await createTestDatabase());
    const redis = await FleetRedis.start(REDIS);
    const starts = Array.from({ length: PROCESSES }, (_, index) =>
      ServerUnderTest.start({
        CACHE__MEMORY_LEASE_MS: String(MEMORY_LEASE_MS),
        ...redis.settingsOf(index),
        ...settings,
        DATABASE__URL: databaseUrl,
      }),
    );
    const settled = await Promise.allSettled(starts);
    const servers = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    if (servers.length < PROCESSES) await Promise.all([redis.stop(), ...servers.map((server) => server.kill())]);
    await Promise.all(starts); // says why one did not start
    await until(async () => (await Promise.all(servers.map(isAtFullSpeed))).every(Boolean));
    redis.beginTrouble();
    return new Fleet(servers, databaseUrl, redis);
  }

  /** For what HTTP cannot do: to look at what is at rest, and to age what no copy holds. */
  async sql<Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const connection = new pg.Client(this.databaseUrl);
    await connection.connect();
    try {
      return (await connection.query<Row>(text, values)).rows;
    } finally {
      await connection.end();
    }
  }

  /** Changes a session as another program might: with an entry in the outbox, which the servers then carry out. */
  async alterSession(sessionId: string, assignments: string): Promise<void> {
    const id = randomUUID();
    await this.sql(
      `with changed as (update sessions set ${assignments} where id = $1 returning user_id)
       insert into invalidations select $2, array['sessions:{' || user_id || '}'], now() from changed`,
      [sessionId, id],
    );
    await this.sql(`select pg_notify('portcullis_invalidations', $1)`, [id]);
    await until(async () => (await this.sql('select 1 from invalidations where id = $1', [id])).length === 0);
    await pause(MEMORY_LEASE_MS);
  }

  /**
   * Ends the servers, gracefully. Looks for every secret of the client in what they printed, in every table and in Redis;
   * and whether Redis, at rest, holds nothing that it should not.
   */
  async stop(): Promise<void> {
    await this.redis.calm();
    const codes = await Promise.all(this.servers.map((server) => server.stop()));
    expect(codes).toEqual(this.servers.map(() => 0));
    expect(await this.mistakes()).toEqual([]);
    expect(await this.leaks()).toEqual([]);
    await this.redis.stop();
  }

  async leaks(): Promise<string[]> {
    const printed = this.servers.map(({ printed }) => printed).join('\n');
    const places = [{ name: 'what the servers printed', text: printed }, ...(await this.redis.texts())];
    return findLeaks(this.client.secrets, places, this.databaseUrl);
  }

  private async mistakes(): Promise<string[]> {
    const [fence] = await this.sql<{ epoch: string }>('select epoch from fence');
    const live = await this.sql<LiveRow>(
      `select s.id, user_id as "userId", device_name as "deviceName" from sessions s join users u on u.id = user_id
       where ended_at is null and banned_at is null`,
    );
    const left = await this.sql('select id, keys from invalidations');
    return [
      ...this.client.failures,
      ...left.map((row) => `in the outbox: ${JSON.stringify(row)}`),
      ...(await this.redis.mistakes(fence!.epoch, live)),
    ];
  }
}

async function isAtFullSpeed({ url }: ServerUnderTest): Promise<boolean> {
  const { status } = (await (await fetch(`${url}/health/ready`)).json()) as { status: string };
  return status === 'ok';
}
