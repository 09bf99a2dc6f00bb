import type { SessionGrant } from '#sessions';
import { createTestDatabase, RedisUnderTest, TcpProxy } from '#testing';
import { KEY_PREFIX, QUICK, redisAt, SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

const now = new Date();
const CANARY = `${KEY_PREFIX}:canary`;
/** Also after it was restarted. */
const HIDING = ['--user', 'hidden', 'on', 'nopass', '~*', '&*', '+@all', '-info'];

describe('a Redis that hides which server it is', () => {
  let redis: RedisUnderTest;
  let ways: TcpProxy[];
  let nodes: SessionSystem[];
  let grant: SessionGrant;

  beforeEach(async () => {
    redis = await RedisUnderTest.start({ args: HIDING });
    const url = await createTestDatabase();
    ways = [await TcpProxy.to('127.0.0.1', redis.port), await TcpProxy.to('127.0.0.1', redis.port)];
    nodes = [await start(ways[0]!, url), await start(ways[1]!, url)];
    await inUse();
    grant = await nodes[0]!.logIn(now);
    expect(await accepted()).toEqual([true, true]);
  });

  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await Promise.all(ways.map((way) => way.close()));
    await redis.stop();
  });

  const start = ({ port }: TcpProxy, url: string) =>
    SessionSystem.start({}, { url, redis: redisAt(`redis://hidden:any@127.0.0.1:${port}`), coherence: QUICK });
  const inUse = () => Promise.all(nodes.map((node) => node.redisInUse()));
  const epoch = () => nodes[0]!.database.row<{ epoch: string; redisIdentity: string }>('select * from fence');
  const accepted = () =>
    Promise.all(
      nodes.map(async ({ store }) => (await store.find(grant.session.userId, grant.session.id, now)) !== null),
    );
  const end = () => nodes[0]!.sessions.end(grant.session.userId, grant.session.id, 'ended', now);

  it('is told from others by a key that lives for a while only', async () => {
    const value = await redis.command('GET', CANARY);
    expect((await epoch())!.redisIdentity).toBe(`canary/${String(value)}`);
    const ttlMs = Number(await redis.command('PTTL', CANARY));
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(600_000);
  });

  it('is used like any other', async () => {
    const before = await epoch();
    const { userId, id } = grant.session;
    await nodes[0]!.database.execute(`update sessions set device_name = 'behind their back' where id = $1`, [id]);
    for (const { store } of nodes) expect((await store.find(userId, id, now))!.session.deviceName).toBeNull();
    await end();
    expect(await accepted()).toEqual([false, false]);
    expect(await epoch()).toEqual(before);
  });

  it('is another one after it was restored, though the snapshot has the key', async () => {
    await redis.takeSnapshot();
    await end();
    await redis.restart({ fromSnapshot: true });
    for (let look = 0; look < 50; look++) expect(await accepted()).toEqual([false, false]);
    await inUse();
    expect(await accepted()).toEqual([false, false]);
  });

  it('is another one when it has lost its keys', async () => {
    const before = (await epoch())!.epoch;
    await redis.wipe();
    await until(async () => (await epoch())!.epoch !== before);
    await inUse();
    expect(await accepted()).toEqual([true, true]);
  });

  it('is another one for all when one of them connects again', async () => {
    const before = (await epoch())!.epoch;
    ways[1]!.cut();
    ways[1]!.mend();
    await until(async () => (await epoch())!.epoch !== before);
    await inUse();
    await end();
    expect(await accepted()).toEqual([false, false]);
  });
});
