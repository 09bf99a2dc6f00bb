import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { SessionGrant } from '#sessions';
import { createTestDatabase, RedisUnderTest, ServerUnderTest, TcpProxy } from '#testing';
import { ApiClient } from '../support/api-client.js';
import { newPerson } from '../support/people.js';
import { QUICK, redisAt, SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

const now = new Date();
const LONG_GRACE = { ...QUICK, databaseGraceMs: 60_000 };

/** A way of its own to the database, for what can be told so: also to be cut. */
async function wayTo(databaseUrl: string): Promise<{ way: TcpProxy; url: string }> {
  const url = new URL(databaseUrl);
  const way = await TcpProxy.to(url.hostname, Number(url.port));
  url.port = String(way.port);
  return { way, url: url.href };
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  return client;
}

describe('when PostgreSQL is gone', () => {
  let redis: RedisUnderTest;
  let toRedis: TcpProxy;
  let databaseUrl: string;
  let toDatabase: TcpProxy;
  let system: SessionSystem;
  let grant: SessionGrant;

  beforeAll(async () => {
    redis = await RedisUnderTest.start();
    toRedis = await TcpProxy.to('127.0.0.1', redis.port);
  });

  afterAll(async () => {
    await toRedis.close();
    await redis.stop();
  });

  afterEach(async () => {
    toRedis.resume();
    toRedis.mend();
    toDatabase.delay(0);
    toDatabase.resume();
    toDatabase.mend();
    await system.close();
    await toDatabase.close();
  });

  /** With a session of which there is a copy. */
  async function start(coherence = LONG_GRACE): Promise<void> {
    databaseUrl = await createTestDatabase();
    const { way, url } = await wayTo(databaseUrl);
    toDatabase = way;
    const options = { ...redisAt(`redis://127.0.0.1:${toRedis.port}`), commandTimeoutMs: 200 };
    system = await SessionSystem.start({}, { url, redis: options, coherence });
    grant = await system.logIn(now);
    expect(await find()).not.toBeNull();
  }

  const find = () => system.store.find(grant.session.userId, grant.session.id, now);
  const isRefused = () => find().then(nobody, ({ code }: { code: string }) => code === 'database.unavailable');
  const nobody = () => false;

  async function neverInUse(): Promise<void> {
    const end = performance.now() + 5 * QUICK.fenceLeaseMs;
    while (performance.now() < end) {
      expect(system.trust.epoch).toBeNull();
      await pause(10);
    }
  }

  /** As long as it takes for a reading of the fence to be worth nothing any more by itself. */
  const severalLeases = () => pause(3 * QUICK.fenceLeaseMs);

  it('what Redis holds is served for the grace', async () => {
    await start();
    toDatabase.cut();
    await severalLeases();
    await until(async () => system.trust.isInGrace && (await find()) !== null);
    expect(system.trust.state).toBe('trusted');
  });

  it('a write is refused, and not carried out', async () => {
    await start();
    toDatabase.cut();
    await until(() => system.trust.isInGrace);
    const { userId, id } = grant.session;
    await expect(system.sessions.end(userId, id, 'ended', now)).rejects.toMatchObject({ code: 'database.unavailable' });
    toDatabase.mend();
    await system.redisInUse();
    const ended = () => system.database.row('select 1 as one from sessions where ended_at is not null');
    await until(() => ended().then((row) => row === null, nobody));
    expect(await find()).not.toBeNull();
  });

  it('for one node alone, what another changes is not served by it', async () => {
    await start();
    const other = await SessionSystem.start({}, { url: databaseUrl, redis: redisAt(redis.url), coherence: LONG_GRACE });
    toDatabase.cut();
    await until(() => system.trust.isInGrace);
    const { userId, id } = grant.session;
    await other.sessions.end(userId, id, 'ended', now);
    expect(await isRefused()).toBe(true);
    await other.close();
  });

  it('and an epoch has passed when it is back, nothing of the old one is served', async () => {
    await start();
    const elsewhere = await connect(databaseUrl);
    const old = system.trust.epoch;
    toDatabase.cut();
    await until(() => system.trust.isInGrace);
    toRedis.stall();
    await find().catch(nobody); // it is silent: from now on it is not asked who it is, nor is PostgreSQL
    await elsewhere.query(`update fence set epoch = '1000-of-another'`);
    await severalLeases();
    toDatabase.delay(60);
    toDatabase.mend();
    toRedis.resume();
    await until(() => {
      expect(system.trust.epoch).not.toBe(old);
      return system.trust.epoch !== null;
    });
    await elsewhere.end();
  });

  it('nothing is served after the grace, until it is back; and then the same as before', async () => {
    await start({ ...QUICK, databaseGraceMs: 1_000 });
    const epoch = system.trust.epoch;
    toDatabase.cut();
    await until(() => system.trust.isInGrace);
    await until(isRefused);
    await until(() => system.trust.state === 'distrusted');
    expect(system.trust.reason).toMatch(/^the fence cannot be read/);
    toDatabase.mend();
    await system.redisInUse();
    expect(system.trust.epoch).toBe(epoch);
    expect(await find()).not.toBeNull();
  });

  it('nothing is served after the lease when there is no grace', async () => {
    await start(QUICK);
    toDatabase.cut();
    await until(isRefused);
    expect(system.trust.isInGrace).toBe(false);
  });

  it('and so is the connection to Redis, the next one is not used', async () => {
    await start();
    toDatabase.cut();
    await until(() => system.trust.isInGrace);
    toRedis.cut();
    await until(isRefused);
    toRedis.mend();
    await until(() => system.trust.state === 'distrusted');
    expect(await isRefused()).toBe(true);
    toDatabase.mend();
    await system.redisInUse();
    expect(await find()).not.toBeNull();
  });

  it('a Redis that is restored meanwhile is not used', async () => {
    await start();
    await redis.takeSnapshot();
    toDatabase.cut();
    await until(() => system.trust.isInGrace);
    await redis.restart({ fromSnapshot: true });
    await until(() => system.trust.state === 'distrusted');
    expect(await isRefused()).toBe(true);
  });

  it('and an answer takes long, there is no grace: somebody else may be served', async () => {
    await start();
    const blocker = system.database.dedicated({ name: 'a test', limitMs: 60_000 });
    await blocker.execute('begin');
    await blocker.execute('lock table fence in access exclusive mode');
    await until(() => system.trust.state === 'distrusted');
    await neverInUse();
    await blocker.execute('rollback');
    await blocker.close();
    await system.redisInUse();
  });

  it('and takes up connections without a word, there is none either', async () => {
    await start();
    toDatabase.stall();
    await until(() => system.trust.state === 'distrusted');
    await neverInUse();
    toDatabase.resume();
    await system.redisInUse();
  });

  it('and refuses this process alone, there is none either', async () => {
    await start();
    const name = new URL(system.url).pathname.slice(1);
    const elsewhere = await connect(await createTestDatabase());
    await elsewhere.query(`alter database "${name}" allow_connections false`);
    await elsewhere.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await until(() => system.trust.state === 'distrusted');
    await neverInUse();
    await elsewhere.query(`alter database "${name}" allow_connections true`);
    await elsewhere.end();
    await system.redisInUse();
  });
});

describe('a server without PostgreSQL', () => {
  it('answers what Redis holds, refuses everything else with 503, and recovers by itself', async () => {
    const redis = await RedisUnderTest.start();
    const { way, url } = await wayTo(await createTestDatabase());
    const server = await ServerUnderTest.start({
      DATABASE__URL: url,
      REDIS__ENABLED: 'true',
      REDIS__URL: redis.url,
      COHERENCE__DATABASE_GRACE_MS: '4000',
    });
    const client = new ApiClient(() => [server.url]);
    const ready = () => client.call<{ status: string; checks: object }>('GET', '/health/ready');
    await until(async () => (await ready()).body.status === 'ok');
    const person = await newPerson(client);
    const token = person.accessToken;
    const readProfile = () => client.call('GET', '/v1/profile', { token });
    expect((await readProfile()).status).toBe(200);

    way.cut();
    await until(async () => (await ready()).body.status === 'degraded');
    expect((await ready()).body).toMatchObject({ checks: { database: 'down', redis: 'up' } });
    expect((await readProfile()).status).toBe(200);
    const refused = [
      await client.call('PATCH', '/v1/profile', { token, body: { bio: 'changed' } }),
      await client.call('DELETE', `/v1/sessions/${person.session.id}`, { token }),
      await client.call('POST', '/v1/auth/login', { body: { email: person.email, password: person.password } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503]);
    await until(async () => (await readProfile()).status === 503);
    expect((await ready()).status).toBe(503);

    way.mend();
    await until(async () => (await ready()).body.status === 'ok');
    expect((await readProfile()).body).toMatchObject({ bio: null });
    await server.stop();
    await way.close();
    await redis.stop();
  });
});
