import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { SessionGrant } from '#sessions';
import { RedisUnderTest, SentinelUnderTest, TcpProxy } from '#testing';
import { Nodes } from '../support/nodes.js';
import { QUICK, redisAt, SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';

const now = new Date();

jest.setTimeout(120_000);

/** The field of the hash that holds the session. */
const fieldOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

describe('copies in Redis', () => {
  let nodes: Nodes;
  let node: SessionSystem;

  beforeAll(async () => {
    nodes = await Nodes.patient('on', 'on', 'on');
    node = nodes.systems[0]!;
  });

  afterAll(() => nodes.stop());

  const hash = ({ session }: SessionGrant) => nodes.hashOf(session.userId);
  const find = ({ session }: SessionGrant) => node.store.find(session.userId, session.id, now);

  it('answer for PostgreSQL, whichever node has filled them', async () => {
    const grant = await node.logIn(now, { deviceName: 'Laptop' });
    await find(grant);
    await node.database.execute(`update sessions set device_name = 'behind their back' where id = $1`, [
      grant.session.id,
    ]);
    for (const { store } of nodes.systems) {
      expect((await store.find(grant.session.userId, grant.session.id, now))!.session.deviceName).toBe('Laptop');
    }
  });

  it.each([
    ['are evicted', (key: string) => ['DEL', key]],
    ['lack the session', (key: string, { session }: SessionGrant) => ['HDEL', key, fieldOf(session.id)]],
    ['lack the user', (key: string) => ['HDEL', key, 'user']],
    [
      'hold bytes of something else',
      (key: string, { session }: SessionGrant) => ['HSET', key, fieldOf(session.id), '{}'],
    ],
  ])('refuse nobody when they %s, and are made anew', async (_, command) => {
    const grant = await node.logIn(now);
    await find(grant);
    await nodes.redis.command(...(command(await hash(grant), grant) as [string, ...string[]]));
    expect(await find(grant)).not.toBeNull();
    expect(await nodes.redis.command('HEXISTS', await hash(grant), fieldOf(grant.session.id))).toBe(1);
  });

  it('refuse nobody when something else lies in their place', async () => {
    const grant = await node.logIn(now);
    await nodes.redis.command('SET', await hash(grant), 'something', 'PX', 60_000);
    expect(await find(grant)).not.toBeNull();
  });

  it('lead from a token to its session, and are never asked whether that lives', async () => {
    const { session } = await node.logIn(now);
    const location = { userId: session.userId, sessionId: session.id };
    let recognised = 0;
    const locate = () =>
      node.store.locate(`a token ${session.id}`, () => Promise.resolve(++recognised ? location : null));
    expect([await locate(), await locate()]).toEqual([location, location]);
    expect(recognised).toBe(1);
    await node.sessions.end(session.userId, session.id, 'ended', now);
    expect(await node.store.find(session.userId, session.id, now)).toBeNull();
  });
});

describe('the end of a session', () => {
  let nodes: Nodes;

  afterEach(() => nodes.stop());

  /** A session that every node has accepted, so that there are copies of it. */
  async function accepted(): Promise<SessionGrant> {
    const grant = await nodes.systems[0]!.logIn(now);
    expect(await nodes.accept(grant)).toEqual(nodes.systems.map(() => true));
    return grant;
  }

  const end = ({ session }: SessionGrant, by = nodes.systems.length - 1) =>
    nodes.systems[by]!.sessions.end(session.userId, session.id, 'ended', now);
  const refused = () => nodes.systems.map(() => false);

  /** What a node that dies right after its commit leaves behind; resolves when others have carried it out. */
  async function endAndDie({ session }: SessionGrant): Promise<void> {
    const { database } = nodes.systems[0]!;
    await database.inTransaction(async (tx) => {
      await tx.execute('update sessions set ended_at = now() where id = $1', [session.id]);
      const keys = [`sessions:{${session.userId}}`];
      await tx.execute('insert into invalidations values ($1, $2, now())', [randomUUID(), keys]);
    });
    await until(async () => (await database.rows('select 1 from invalidations')).length === 0);
  }

  it('is final when the node that ends it has Redis switched off', async () => {
    nodes = await Nodes.patient('on', 'off');
    const grant = await accepted();
    const epoch = await nodes.epoch();
    await end(grant);
    expect(await nodes.accept(grant)).toEqual(refused());
    expect(await nodes.epoch()).toBe(epoch);
  });

  it.each([
    ['cut off from Redis', (way: TcpProxy) => way.cut()],
    ['left without answers from Redis', (way: TcpProxy) => way.stall()],
  ])('is final when the node that ends it is %s', async (_, fault) => {
    nodes = await Nodes.quick('on', 'on');
    const grant = await accepted();
    fault(nodes.ways[1]!);
    await end(grant);
    expect(await nodes.accept(grant)).toEqual(refused());
  });

  it('is final when all nodes are cut off, and when they are back', async () => {
    nodes = await Nodes.quick('on', 'on');
    const grant = await accepted();
    for (const way of nodes.ways) way.cut();
    await end(grant);
    expect(await nodes.accept(grant)).toEqual(refused());
    for (const way of nodes.ways) way.mend();
    await nodes.inUse();
    expect(await nodes.accept(grant)).toEqual(refused());
  });

  it('is final when Redis is paused, and when it goes on', async () => {
    nodes = await Nodes.quick('on', 'on');
    const grant = await accepted();
    nodes.redis.pause();
    await end(grant);
    expect(await nodes.accept(grant)).toEqual(refused());
    nodes.redis.resume();
    await nodes.inUse();
    expect(await nodes.accept(grant)).toEqual(refused());
  });

  it('is final when Redis comes back with an old snapshot', async () => {
    nodes = await Nodes.quick('on', 'on');
    const grant = await accepted();
    await nodes.redis.takeSnapshot();
    await end(grant);
    await nodes.redis.restart({ fromSnapshot: true });
    await nodes.inUse();
    expect(await nodes.accept(grant)).toEqual(refused());
  });

  it('is final when Redis dies without a trace and comes back with a snapshot between two uses', async () => {
    nodes = await Nodes.quick('on', 'on');
    const grant = await accepted();
    await nodes.redis.takeSnapshot();
    await nodes.redis.kill();
    await end(grant);
    await nodes.redis.restart({ fromSnapshot: true });
    for (let look = 0; look < 50; look++) expect(await nodes.accept(grant)).toEqual(refused());
    await nodes.inUse();
    expect(await nodes.accept(grant)).toEqual(refused());
  });

  it('is final when Redis is demoted and promoted again under open connections', async () => {
    nodes = await Nodes.quick('on', 'on');
    const other = await RedisUnderTest.start();
    const grant = await accepted();
    const epoch = await nodes.epoch();
    await nodes.redis.command('REPLICAOF', '127.0.0.1', other.port);
    await end(grant);
    await nodes.redis.command('REPLICAOF', 'NO', 'ONE');
    await until(async () => (await nodes.epoch()) !== epoch);
    await nodes.inUse();
    expect(await nodes.accept(grant)).toEqual(refused());
    await other.stop();
  });

  it('is final for a node that reaches Redis, but hears no more of the fence', async () => {
    nodes = await Nodes.start({ ...QUICK, fenceLeaseMs: 1_000, handoverMs: 50 }, ['on']);
    const direct = new URL(nodes.databaseUrl);
    const way = await TcpProxy.to(direct.hostname, Number(direct.port));
    direct.port = String(way.port);
    await nodes.add('on', { directUrl: direct.href });
    const grant = await accepted();
    for (let round = 0; round < 3; round++) {
      const other = await nodes.systems[0]!.startSession(grant.session.userId, now);
      expect(await nodes.accept(other)).toEqual([true, true]);
      nodes.ways[0]!.cut();
      way.stall();
      await end(other, 0);
      expect(await nodes.accept(other)).toEqual(refused());
      nodes.ways[0]!.mend();
      way.resume();
      await nodes.inUse();
    }
    await nodes.systems[1]!.close();
    nodes.systems.pop();
    await way.close();
  });

  it('is final when a connection leads to another Redis, which holds what the first has held', async () => {
    nodes = await Nodes.start({ ...QUICK, fenceLeaseMs: 5_000, handoverMs: 50 }, ['on', 'on']);
    const grant = await accepted();
    const other = await RedisUnderTest.start({ replicaOf: nodes.redis });
    const hash = await nodes.hashOf(grant.session.userId);
    await until(async () => (await other.command('EXISTS', hash)) === 1);
    await other.command('REPLICAOF', 'NO', 'ONE');
    await end(grant, 0);
    nodes.ways[1]!.cut();
    nodes.ways[1]!.leadTo(other.port);
    nodes.ways[1]!.mend();
    const trusted = nodes.systems[1]!.redisInUse();
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    trusted.then(over, over);
    while (!isOver) expect(await nodes.accept(grant)).toEqual(refused());
    await trusted;
    await other.stop();
  });

  it('for idleness is final on a node that has seen the session since', async () => {
    nodes = await Nodes.patient('on', 'on');
    const grant = await accepted();
    const [one, other] = nodes.systems as [SessionSystem, SessionSystem];
    const { session } = grant;
    const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
    const idle = one.limits.idleSeconds;
    expect(await other.store.find(session.userId, session.id, after(idle + 59))).not.toBeNull();
    other.lastSeen.record(session.id, after(idle + 59));
    expect(await one.store.find(session.userId, session.id, after(idle + 61))).toBeNull();
    expect(await other.store.find(session.userId, session.id, after(idle + 62))).toBeNull();
  });

  it('is carried out by others when the node that ended it dies before the copies are gone', async () => {
    nodes = await Nodes.quick('on', 'on');
    const grant = await accepted();
    await endAndDie(grant);
    expect(await nodes.accept(grant)).toEqual(refused());
  });

  it('that nobody who reaches Redis carries out is carried out without it', async () => {
    nodes = await Nodes.quick('on', 'off');
    const grant = await accepted();
    nodes.ways[0]!.cut();
    await endAndDie(grant);
    expect(await nodes.accept(grant)).toEqual(refused());
  });
});

describe('the fence', () => {
  it('moves on once when Redis is replaced, however many nodes see it', async () => {
    const nodes = await Nodes.quick('on', 'on', 'on');
    const number = async () => Number.parseInt(await nodes.epoch(), 10);
    const before = await number();
    await nodes.redis.restart();
    await until(async () => (await number()) > before);
    await nodes.inUse();
    expect(await number()).toBe(before + 1);
    await nodes.stop();
  });

  it('moves on when PostgreSQL is another one than has written it', async () => {
    const nodes = await Nodes.quick('on');
    const epoch = await nodes.epoch();
    await nodes.systems[0]!.database.execute(`update fence set database_identity = 'restored from elsewhere'`);
    await until(async () => (await nodes.epoch()) !== epoch);
    await nodes.inUse();
    await nodes.stop();
  });

  it('takes the longest lease of all nodes', async () => {
    const nodes = await Nodes.quick('off');
    const leaseMs = async () =>
      (await nodes.systems[0]!.database.row<{ leaseMs: number }>('select lease_ms from fence'))!.leaseMs;
    expect(await leaseMs()).toBe(500);
    const patient = await SessionSystem.start(
      {},
      { url: nodes.systems[0]!.url, coherence: { ...QUICK, fenceLeaseMs: 2_000, handoverMs: 100 } },
    );
    expect(await leaseMs()).toBe(2_000);
    await patient.close();
    await nodes.add('off');
    expect(await leaseMs()).toBe(2_000);
    await nodes.stop();
  });
});

/** As an operator does it: the old master lives on, as a replica. */
async function moveMaster({ sentinels, masterName }: SentinelUnderTest): Promise<void> {
  const [host, port] = sentinels.split(',')[0]!.split(':');
  const redis = new Redis(Number(port), host!);
  await redis.call('SENTINEL', 'FAILOVER', masterName);
  redis.disconnect();
}

describe('a fail-over by Sentinel', () => {
  it.each([
    ['the master is killed', (sentinel: SentinelUnderTest) => sentinel.master.kill()],
    ['the master is moved', moveMaster],
  ])('keeps an ended session ended, and Redis in use, when %s', async (_, failOver) => {
    const sentinel = await SentinelUnderTest.start();
    const [host, port] = sentinel.sentinels.split(',')[0]!.split(':') as [string, string];
    const redis = {
      ...redisAt('redis://ignored'),
      commandTimeoutMs: 500,
      sentinels: [{ host, port: Number(port) }],
      sentinelMaster: sentinel.masterName,
    };
    const system = await SessionSystem.start(
      {},
      { redis, coherence: { ...QUICK, fenceLeaseMs: 1_000, handoverMs: 250 } },
    );
    const { session } = await system.logIn(now);
    const find = () => system.store.find(session.userId, session.id, now);
    expect(await find()).not.toBeNull();

    await failOver(sentinel);
    await system.sessions.end(session.userId, session.id, 'ended', now);
    expect(await find()).toBeNull();
    await until(async () => (await sentinel.currentMaster()) === sentinel.replica, 40_000);
    await system.redisInUse();
    expect(await find()).toBeNull();
    await system.close();
    await sentinel.stop();
  });
});
