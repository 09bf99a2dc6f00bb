import type { SessionGrant } from '#sessions';
import type { RedisMonitor } from '#testing';
import { Nodes } from '../support/nodes.js';
import type { SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';
import { Numbers } from './support/numbers.js';
import { RACING } from './support/racing.js';
import { atEveryStop, Stop } from './support/stops.js';

const now = new Date();

jest.setTimeout(60_000);

let nodes: Nodes;

afterEach(() => nodes.stop());

const all = (accepted: boolean) => nodes.systems.map(() => accepted);
const end = ({ session }: SessionGrant, by: SessionSystem) => by.sessions.end(session.userId, session.id, 'ended', now);

async function accepted(): Promise<SessionGrant> {
  const grant = await nodes.systems[0]!.logIn(now);
  expect(await nodes.accept(grant)).toEqual(all(true));
  return grant;
}

describe.each([
  ['Redis on', ['on', 'on']],
  ['Redis off', ['off', 'off']],
] as const)('%s:', (_, modes) => {
  describe('better-auth/better-auth#11326: the rows are deleted, the removal from Redis fails, and the revocation is called done', () => {
    it('is carried out by others, wherever whoever revokes is abandoned', async () => {
      nodes = await Nodes.start(RACING, [...modes]);
      const [abandoned, other] = nodes.systems as [SessionSystem, SessionSystem];
      const isEnded = async ({ session }: SessionGrant) =>
        (await other.database.row('select 1 from sessions where id = $1 and ended_at is not null', [session.id])) !==
        null;
      /** As for a process that is no more: its connections end, and what it has left behind gets old. */
      const bury = async () => {
        await other.database.execute(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and state = 'idle in transaction'`,
        );
        await other.database.execute(`update invalidations set created_at = created_at - interval '2 s'`);
        await until(async () => (await other.database.row('select 1 from invalidations')) === null);
      };
      const seen = { ended: 0, undone: 0 };
      await atEveryStop(async (stop) => {
        const grant = await accepted();
        const { ending } = await stop.begin(() => end(grant, abandoned));
        await bury();
        const hasEnded = await isEnded(grant);
        seen[hasEnded ? 'ended' : 'undone']++;
        const { userId, id } = grant.session;
        expect((await other.store.find(userId, id, now)) === null).toBe(hasEnded);
        stop.go(); // it was not dead, but slept
        await ending;
        expect(await nodes.accept(grant)).toEqual(all(!(await isEnded(grant))));
      });
      expect(seen.undone).toBeGreaterThanOrEqual(6);
      expect(seen.ended).toBeGreaterThanOrEqual(5);
    });
  });
});

describe('pulp/pulpcore#2026: what changes while Redis is down is not removed there, and served when it is back', () => {
  it.each([
    ['is cut off', () => nodes.ways.forEach((way) => way.cut()), () => nodes.ways.forEach((way) => way.mend())],
    ['is silent', () => nodes.ways.forEach((way) => way.stall()), () => nodes.ways.forEach((way) => way.resume())],
    ['is paused', () => nodes.redis.pause(), () => nodes.redis.resume()],
  ])('is served by nobody after a write while Redis %s, from the first read on', async (_, lose, getBack) => {
    nodes = await Nodes.quick('on', 'on');
    const [ended, living] = [await accepted(), await accepted()];
    lose();
    await end(ended, nodes.systems[1]!);
    expect(await nodes.accept(ended)).toEqual(all(false));
    getBack();
    let isInUse = false;
    const inUse = nodes.inUse().finally(() => (isInUse = true));
    while (!isInUse) {
      expect(await nodes.accept(ended)).toEqual(all(false));
      expect(await nodes.accept(living)).toEqual(all(true));
    }
    await inUse;
    expect(await nodes.accept(ended)).toEqual(all(false));
    expect(await nodes.accept(living)).toEqual(all(true));
  });
});

describe('redis/ioredis#2131: a command that was given up as timed out is carried out later, over what is newer', () => {
  const [OLD, NEW, NEWEST] = [1, 2, 3] as const;
  /** Of a fill: before its load is stored. */
  const BEFORE_THE_STORE = 8;

  const evals = async (monitor: RedisMonitor) => {
    await monitor.settled();
    return monitor.lines.filter((line) => /\] "eval" /.test(line)).length;
  };

  async function start(): Promise<[Numbers, Numbers]> {
    nodes = await Nodes.quick('on', 'on');
    return (await Numbers.on(nodes.systems)) as [Numbers, Numbers];
  }

  /** A fill of the old value that has come to its last step. */
  async function fillUntilTheStore(numbers: Numbers, id: string): Promise<{ stop: Stop; ending: Promise<unknown> }> {
    const stop = new Stop(BEFORE_THE_STORE);
    const { ending } = await stop.begin(() => numbers.read(id));
    expect(stop.place).toBe('before eval');
    return { stop, ending };
  }

  it('stores nothing old when it was held up on the way, and newer values have been stored meanwhile', async () => {
    const [late, quick] = await start();
    const monitor = await nodes.redis.monitor();
    const id = await quick.add(OLD);
    const { stop, ending } = await fillUntilTheStore(late, id);
    nodes.ways[0]!.stall();
    stop.go();
    expect(await ending).toEqual({ status: 'fulfilled', value: OLD });
    await quick.write(id, NEW);
    expect(await quick.read(id)).toBe(NEW);
    await quick.write(id, NEWEST);
    expect(await quick.read(id)).toBe(NEWEST);
    const before = await evals(monitor);
    nodes.ways[0]!.resume();
    await until(async () => (await evals(monitor)) > before);
    for (const numbers of [quick, late, quick, late]) expect(await numbers.read(id)).toBe(NEWEST);
    await nodes.inUse();
    for (const numbers of [quick, late]) expect(await numbers.read(id)).toBe(NEWEST);
    await monitor.stop();
  });

  it('stores nothing old when Redis has slept over it, with the write that came later', async () => {
    const [late, quick] = await start();
    const id = await quick.add(OLD);
    const { stop, ending } = await fillUntilTheStore(late, id);
    nodes.redis.pause();
    stop.go();
    expect(await ending).toEqual({ status: 'fulfilled', value: OLD });
    await quick.write(id, NEW);
    expect([await quick.read(id), await late.read(id)]).toEqual([NEW, NEW]);
    nodes.redis.resume();
    expect([await quick.read(id), await late.read(id)]).toEqual([NEW, NEW]);
    await nodes.inUse();
    expect([await quick.read(id), await late.read(id)]).toEqual([NEW, NEW]);
  });

  it('ends nobody by a late removal: what it removes is loaded anew', async () => {
    nodes = await Nodes.quick('on', 'on');
    const [one, other] = nodes.systems as [SessionSystem, SessionSystem];
    const [ended, living] = [await accepted(), await accepted()];
    const sibling = await other.startSession(ended.session.userId, now);
    expect(await nodes.accept(sibling)).toEqual(all(true));
    nodes.ways[0]!.stall();
    await end(ended, one);
    expect(await nodes.accept(sibling)).toEqual(all(true));
    nodes.ways[0]!.resume();
    await nodes.inUse();
    for (const grant of [sibling, living]) expect(await nodes.accept(grant)).toEqual(all(true));
    expect(await nodes.accept(ended)).toEqual(all(false));
  });
});
