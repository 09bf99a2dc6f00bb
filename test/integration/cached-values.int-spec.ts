import { randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import { type CoherentNamespace, RedisCacheService, writeThrough } from '#cache';
import { createTestDatabase, RedisUnderTest } from '#testing';
import { KEY_PREFIX, QUICK, redisAt, SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';

const NODES = 3;
const CALLERS = 6;
/** Nobody waits longer for another's load than this: a crowd that took less can have had no reason for a second one. */
const PATIENCE_MS = 100;
/** On a machine that stalls for longer than that again and again. */
const TRIES = 50;
const TTL = { ttlSeconds: 60 };

jest.setTimeout(120_000);

describe('the values of several nodes in one Redis', () => {
  let redis: RedisUnderTest;
  let nodes: SessionSystem[];
  let caches: RedisCacheService[];

  beforeAll(async () => {
    redis = await RedisUnderTest.start();
    const url = await createTestDatabase();
    nodes = [];
    while (nodes.length < NODES) nodes.push(await SessionSystem.start({}, { url, redis: redisAt(redis.url) }));
    caches = nodes.map(({ coherence }) => new RedisCacheService(coherence));
  });

  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await redis.stop();
  });

  const everywhere = <T>(name: string, options = TTL): CoherentNamespace<T>[] =>
    caches.map((cache) => cache.namespace<T>(name, options));
  const keysOf = async (what: string) => ((await redis.command('KEYS', `${KEY_PREFIX}:*${what}*`)) as string[]).sort();

  /** A crowd asks for new ids, each caller for others of them; answers what was loaded, and how long that took. */
  async function gather() {
    const ids = Array.from({ length: 10 }, () => randomUUID());
    const loaded: string[] = [];
    const load = (missing: string[]) => {
      loaded.push(...missing);
      return Promise.resolve(new Map(missing.map((id) => [id, id])));
    };
    const startedAt = performance.now();
    const asking = everywhere<string>('crowd').flatMap((namespace) =>
      Array.from({ length: CALLERS }, async (_, caller) => {
        const asked = ids.slice(caller % 3, 5 + caller);
        expect([...(await namespace.getOrLoadMany(asked, load)).keys()]).toEqual(asked);
      }),
    );
    await Promise.all(asking);
    return { asked: ids.slice(0, 4 + CALLERS).sort(), loaded: loaded.sort(), tookMs: performance.now() - startedAt };
  }

  it('loads each of many ids once, for a crowd on all nodes that asks for more or fewer of them', async () => {
    for (let crowd = 0; crowd < 10; crowd++) {
      let outcome = await gather();
      for (let tries = 1; tries < TRIES && outcome.tookMs > PATIENCE_MS; tries++) outcome = await gather();
      expect(outcome.loaded).toEqual(outcome.asked);
    }
  });

  it('asks Redis once for many that are kept', async () => {
    const [namespace] = everywhere<number>('many', { ...TTL });
    const ids = Array.from({ length: 100 }, (_, index) => `${index}`);
    await namespace!.getOrLoadMany(ids, (missing) => Promise.resolve(new Map(missing.map((id) => [id, 1]))));
    const monitor = await redis.monitor();
    await namespace!.getOrLoadMany(ids, () => Promise.reject(new Error('all are kept')));
    await until(() => monitor.lines.some((line) => line.includes('cache:many')));
    await monitor.stop();
    const commands = monitor.lines
      .filter((line) => line.includes('cache:many'))
      .map((line) => /\] "(\w+)"/.exec(line)![1]);
    expect(commands).toEqual(['mget']);
  });

  it('asks Redis once for a value with tags', async () => {
    const [namespace] = everywhere<number>('tagged', { ...TTL });
    const read = () => namespace!.getOrLoad('a', () => Promise.resolve(1), { tags: ['t', 'u'] });
    await read();
    const monitor = await redis.monitor();
    expect((await read()).how).toBe('L2');
    await until(() => monitor.lines.some((line) => line.includes('cache:tagged')));
    await monitor.stop();
    expect(monitor.lines.filter((line) => line.includes('cache:tagged'))).toHaveLength(1);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('"hello"')],
    ['a header of another version', Buffer.concat([Buffer.of(9), Buffer.alloc(30)])],
    ['a header without an end', Buffer.concat([Buffer.of(1, 0, 255, 255), Buffer.alloc(30)])],
    ['a value of a format of its own', Buffer.alloc(100, 0xc1)],
  ])('loads anew where Redis holds %s, and keeps that', async (_, garbage) => {
    const namespace = everywhere<number>('damaged')[0]!;
    await namespace.getOrLoad('a', () => Promise.resolve(1));
    const [key] = await keysOf('cache:damaged:{a}');
    await redis.command('SET', key!, garbage.toString('latin1'), 'PX', 60_000);
    expect((await namespace.getOrLoad('a', () => Promise.resolve(2))).value).toBe(2);
    expect(await namespace.get('a')).toBe(2);
    await namespace.delete('a');
  });

  it('loads anew what is cut off anywhere', async () => {
    const namespace = everywhere<object>('cut')[0]!;
    const value = { text: 'a text', at: new Date(0) };
    await namespace.getOrLoad('a', () => Promise.resolve(value));
    const [key] = await keysOf('cache:cut:{a}');
    const length = (await redis.command('STRLEN', key!)) as number;
    for (let end = 0; end < length; end++) {
      await redis.command(
        'EVAL',
        `redis.call('setrange', KEYS[1], 0, '') redis.call('set', KEYS[1], string.sub(redis.call('get', KEYS[1]), 1, ARGV[1]), 'keepttl')`,
        1,
        key!,
        end,
      );
      expect((await namespace.getOrLoad('a', () => Promise.resolve(value))).how).toBe('miss');
    }
    expect((await namespace.getOrLoad('a', () => Promise.resolve(value))).how).toBe('L2');
  });

  it('serves what nodes with other clocks have kept, if they are not far apart', async () => {
    const at = (ms: number) =>
      new RedisCacheService(nodes[0]!.coherence, { now: () => Date.now() + ms, ttlJitter: 0 }).namespace<number>(
        'clocks',
        {
          ttlSeconds: 60,
        },
      );
    await at(3_000).getOrLoad('a', () => Promise.resolve(1));
    expect([
      await at(0).has('a'),
      await at(-10_000).has('a'),
      await at(62_000).has('a'),
      await at(64_000).has('a'),
    ]).toEqual([true, false, true, false]);
  });

  it('has the new value on all nodes after a write-through, without a load', async () => {
    const namespaces = everywhere<number>('written');
    const load = (value: number) => () => Promise.resolve(value);
    await Promise.all(namespaces.map((each) => each.getOrLoad('a', load(1))));
    await writeThrough(nodes[0]!.writes, namespaces[0]!, { id: 'a', change: () => Promise.resolve(), load: load(2) });
    const served = await Promise.all(namespaces.map((each) => each.getOrLoad('a', load(3))));
    expect(served).toEqual(namespaces.map(() => ({ value: 2, how: 'L2' })));
  });

  it('keeps free values outside the epochs, for all nodes', async () => {
    const [one, other] = caches.map((cache) => cache.freeNamespace<number>('counters', TTL));
    await one!.set('a', 1);
    expect(await other!.get('a')).toBe(1);
    expect(await keysOf('counters')).toEqual([`${KEY_PREFIX}:free:cache:counters:{a}`]);
    await other!.delete('a');
    expect(await one!.has('a')).toBe(false);
  });

  it('has its counts collected for Prometheus, those of all its caches together', async () => {
    const namespaces = everywhere<number>('counted');
    await namespaces[0]!.getOrLoad('a', () => Promise.resolve(1));
    for (const namespace of namespaces) await namespace.getOrLoad('a', () => Promise.resolve(1));
    const text = await register.metrics();
    const count = (name: string) => Number(new RegExp(`^portcullis_cache_${name} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(count('reads_total\\{namespace="counted",served="L2"\\}')).toBe(NODES);
    expect(count('reads_total\\{namespace="counted",served="stale"\\}')).toBe(0);
    expect(count('loads_total\\{namespace="counted",result="success"\\}')).toBe(1);
    expect(count('fills_refused_total\\{namespace="counted"\\}')).toBe(0);
    expect(count('bytes_total\\{namespace="counted",direction="read"\\}')).toBe(
      NODES * count('bytes_total\\{namespace="counted",direction="stored"\\}'),
    );
  });
});

describe('while Redis is lost', () => {
  it('loads what is coherent, finds nothing that is free, and refuses to write that', async () => {
    const redis = await RedisUnderTest.start();
    const system = await SessionSystem.start({}, { redis: redisAt(redis.url), coherence: QUICK });
    const cache = new RedisCacheService(system.coherence);
    const rows = cache.namespace<number>('rows', { ...TTL, clearable: true });
    const drafts = cache.freeNamespace<number>('drafts', TTL);
    await drafts.set('a', 1);
    await redis.stop();
    const load = () => Promise.resolve(2);
    expect(await rows.getOrLoad('a', load, { tags: ['t'] })).toEqual({ value: 2, how: 'bypass' });
    const many = await rows.getOrLoadMany(['a', 'b'], (ids) => Promise.resolve(new Map(ids.map((id) => [id, 2]))));
    expect([...many.values()]).toEqual(Array(2).fill({ value: 2, how: 'bypass' }));
    expect([await rows.has('a'), await rows.get('a'), (await rows.getMany(['a'])).size]).toEqual([false, undefined, 0]);
    for (const deletion of [rows.delete('a'), rows.deleteTags('t'), rows.clear(), rows.deleteMany(['a', 'b'])])
      await expect(deletion).resolves.toBeUndefined();

    expect([await drafts.get('a'), await drafts.has('a')]).toEqual([undefined, false]);
    expect((await drafts.getOrLoad('a', load)).value).toBe(2);
    const refused = { code: 'redis.unavailable' };
    await expect(drafts.set('a', 1)).rejects.toMatchObject(refused);
    await expect(drafts.delete('a')).rejects.toMatchObject(refused);
    await expect(drafts.deletePattern('*')).rejects.toMatchObject(refused);
    await expect(rows.deletePattern('*')).rejects.toMatchObject(refused);
    await system.close();
  });
});
