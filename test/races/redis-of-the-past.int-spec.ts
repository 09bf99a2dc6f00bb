import { RefreshRotation, type SessionGrant } from '#sessions';
import { RedisUnderTest, TcpProxy } from '#testing';
import { Nodes } from '../support/nodes.js';
import { contentsOf } from '../support/redis-contents.js';
import { KEY_PREFIX, type SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';
import { RACING } from './support/racing.js';
import { atEveryStop } from './support/stops.js';

const now = new Date();

jest.setTimeout(60_000);

let nodes: Nodes;

afterEach(() => nodes.stop());

const all = (accepted: boolean) => nodes.systems.map(() => accepted);

async function accepted(by: SessionSystem = nodes.systems[0]!): Promise<SessionGrant> {
  const grant = await by.logIn(now);
  expect(await nodes.accept(grant)).toEqual(all(true));
  return grant;
}

/** Ends the session, and sees to it that from then on that one is refused and the other one is not, until Redis is in use again. */
async function endAcross(change: () => Promise<void>, ended: SessionGrant, living: SessionGrant): Promise<void> {
  const { userId, id } = ended.session;
  await nodes.systems[1]!.sessions.end(userId, id, 'ended', now);
  let isInUse = false;
  const back = change()
    .then(() => nodes.inUse())
    .finally(() => (isInUse = true));
  while (!isInUse) await expectOnly(living, ended);
  await back;
  await expectOnly(living, ended);
}

async function expectOnly(living: SessionGrant, ended: SessionGrant): Promise<void> {
  expect(await nodes.accept(ended)).toEqual(all(false));
  expect(await nodes.accept(living)).toEqual(all(true));
}

describe('sourcegraph/sourcegraph-public-snapshot#37016: a session check while Redis restarts logs out who is logged in', () => {
  it('answers every request that Redis was killed under, and refuses none', async () => {
    nodes = await Nodes.quick('on', 'on');
    const grant = await accepted();
    const asked = Array.from({ length: 50 }, () => nodes.accept(grant));
    await nodes.redis.kill();
    asked.push(...Array.from({ length: 50 }, () => nodes.accept(grant)));
    expect(await Promise.all(asked)).toEqual(asked.map(() => all(true)));
    await nodes.redis.restart();
    expect(await nodes.accept(grant)).toEqual(all(true));
    await nodes.inUse();
    expect(await nodes.accept(grant)).toEqual(all(true));
  });

  it('answers a look-up whose way to Redis is cut, wherever it is stopped when that happens', async () => {
    nodes = await Nodes.quick('on', 'on');
    await atEveryStop(async (stop) => {
      await nodes.inUse();
      const { session } = await nodes.systems[0]!.logIn(now);
      const find = () => nodes.systems[0]!.store.find(session.userId, session.id, now);
      const { ending } = await stop.begin(find);
      nodes.ways[0]!.cut();
      stop.go();
      expect(await ending).toMatchObject({ status: 'fulfilled', value: { session: { id: session.id } } });
      nodes.ways[0]!.mend();
    });
  });
});

describe('redis/go-redis#526: a Redis that comes back with the data of before serves what has been removed since', () => {
  it.each([
    ['empty', false],
    ['with old data', true],
  ])('keeps ended what is ended, and alive what is alive, when Redis is killed and comes back %s', async (_, old) => {
    nodes = await Nodes.quick('on', 'on');
    const [ended, living] = [await accepted(), await accepted()];
    await nodes.redis.takeSnapshot();
    await endAcross(() => nodes.redis.restart({ fromSnapshot: old }), ended, living);
  });
});

describe('redis/redis#6062: a fail-over loses what the old master had acknowledged', () => {
  it('keeps ended what is ended, when a replica is promoted that has heard nothing of it', async () => {
    nodes = await Nodes.quick('on', 'on');
    const link = await TcpProxy.to('127.0.0.1', nodes.redis.port);
    const replica = await RedisUnderTest.start({ replicaOf: { url: `redis://127.0.0.1:${link.port}` } });
    const [ended, living] = [await accepted(), await accepted()];
    const hash = await nodes.hashOf(ended.session.userId);
    await until(async () => (await replica.command('EXISTS', hash)) === 1);
    link.stall();
    await endAcross(
      async () => {
        await nodes.redis.kill();
        await replica.command('REPLICAOF', 'NO', 'ONE');
        expect(await replica.command('EXISTS', hash)).toBe(1);
        for (const way of nodes.ways) way.leadTo(replica.port);
      },
      ended,
      living,
    );
    await Promise.all([link.close(), replica.stop()]);
  });
});

describe('better-auth/better-auth#11218: what Redis evicts is a session lost, and its owner is logged out', () => {
  it('neither ends nor revives a session, whichever single key is evicted', async () => {
    nodes = await Nodes.start(RACING, ['on', 'on']);
    const [one, other] = nodes.systems as [SessionSystem, SessionSystem];
    const living = await accepted();
    const ended = await one.startSession(living.session.userId, now);
    await nodes.accept(ended);
    await other.sessions.end(ended.session.userId, ended.session.id, 'ended', now);
    const locate = () => one.module.get(RefreshRotation).locate(living.refreshToken);
    const fill = async () => {
      await expectOnly(living, ended);
      expect(await locate()).toEqual({ userId: living.session.userId, sessionId: living.session.id });
    };
    await fill();
    const keys = (await contentsOf(nodes.redis)).map(({ key }) => key);
    expect(keys).toContain(await nodes.hashOf(living.session.userId));
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const key of keys) {
      expect(await nodes.redis.command('DEL', key)).toBe(1);
      await fill();
    }
  });

  it('neither ends nor revives a session when every key is evicted, wherever a look-up is stopped', async () => {
    nodes = await Nodes.start(RACING, ['on', 'on']);
    const [one, other] = nodes.systems as [SessionSystem, SessionSystem];
    await atEveryStop(async (stop) => {
      const living = await one.logIn(now);
      const ended = await one.startSession(living.session.userId, now);
      await other.sessions.end(ended.session.userId, ended.session.id, 'ended', now);
      const { ending } = await stop.begin(() => nodes.accept(living));
      await nodes.redis.wipe();
      stop.go();
      expect(await ending).toEqual({ status: 'fulfilled', value: all(true) });
      await expectOnly(living, ended);
    });
  });
});

describe('better-auth/better-auth#10992: with less than a second to live a time to live of 0 is written, which is for ever', () => {
  it('writes no key without a time to live, and none of 0 or less, however little a session has left', async () => {
    nodes = await Nodes.start(RACING, ['on', 'on']);
    const monitor = await nodes.redis.monitor();
    const [one] = nodes.systems as [SessionSystem];
    const seconds = one.limits.absoluteSeconds;
    for (const leftMs of [999, 500, 1, 0, -1]) {
      const { session } = await one.logIn(now);
      const at = new Date(now.getTime() + seconds * 1_000 - leftMs);
      one.lastSeen.record(session.id, at);
      const isAlive = async () => (await one.store.find(session.userId, session.id, at)) !== null;
      expect([await isAlive(), await isAlive()]).toEqual([leftMs > 0, leftMs > 0]);
    }
    for (const ttlMs of [0.2, 1, 1.5, 999]) await one.copies.find(planOf(ttlMs));
    await monitor.stop();
    const written = monitor.lines.flatMap((line) => TIME_TO_LIVE.exec(line)?.[1] ?? []);
    expect(written.length).toBeGreaterThanOrEqual(10);
    expect(written.filter((ms) => !(Number(ms) >= 1))).toEqual([]);
    const held = (await contentsOf(nodes.redis)).filter(({ key }) => key.startsWith(KEY_PREFIX));
    expect(held.filter(({ ttlMs }) => ttlMs < 0)).toEqual([]);
  });

  const TIME_TO_LIVE = /"(?:px|pexpire" "[^"]+)" "([^"]+)"/i;

  const planOf = (ttlMs: number) => ({
    key: `short:{${ttlMs}}` as never,
    ttlMs,
    decode: () => null,
    load: () => Promise.resolve('value'),
    encode: (value: string) => Buffer.from(value),
  });
});
