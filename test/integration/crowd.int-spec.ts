import { randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import { type CoherentNamespace, RedisCacheService } from '#cache';
import type { CopyKey, CopyPlan } from '#coherence';
import { createTestDatabase, type RedisMonitor, RedisUnderTest } from '#testing';
import { redisAt, SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';

const NODES = 3;
const CALLERS = 50;
const KEYS = 5;
/** Nobody waits longer for another's load than this: a crowd that took less can have had no reason for a second one. */
const PATIENCE_MS = 100;
/** On a machine that stalls for longer than that again and again. */
const TRIES = 50;

const now = new Date();

jest.setTimeout(120_000);

/** Something that no node has a copy of yet. */
interface Cold {
  /** In Redis, without prefix and epoch. */
  key: string;
  ask: (node: SessionSystem) => Promise<unknown>;
  answer: unknown;
  /** Until this is over, whoever loads it waits. */
  whileHeld: (act: () => Promise<void>) => Promise<void>;
}

interface Outcome {
  loads: number;
  tookMs: number;
  isUndisturbed: boolean;
}

describe('a crowd on several nodes', () => {
  let redis: RedisUnderTest;
  let monitor: RedisMonitor;
  let nodes: SessionSystem[];
  let caches: Map<SessionSystem, CoherentNamespace<string>>;

  beforeAll(async () => {
    redis = await RedisUnderTest.start();
    const url = await createTestDatabase();
    nodes = [];
    while (nodes.length < NODES) nodes.push(await SessionSystem.start({}, { url, redis: redisAt(redis.url) }));
    caches = new Map(nodes.map((node) => [node, cacheOf(node)]));
    monitor = await redis.monitor();
  });

  afterAll(async () => {
    await monitor.stop();
    await Promise.all(nodes.map((node) => node.close()));
    await redis.stop();
  });

  const cacheOf = ({ coherence }: SessionSystem) =>
    new RedisCacheService(coherence).namespace<string>('crowd', { ttlSeconds: 60 });

  function coldCopy(): Promise<Cold> {
    const held = new Held();
    const plan: CopyPlan<string, string> = {
      key: `crowd:{${randomUUID()}}` as CopyKey,
      ttlMs: 60_000,
      decode: ([bytes]) => bytes?.toString() ?? null,
      load: () => held.load(),
      encode: (truth) => Buffer.from(truth),
    };
    const ask = async ({ copies }: SessionSystem) => {
      const found = await copies.find(plan);
      return 'copy' in found ? found.copy : found.truth;
    };
    return Promise.resolve({ key: plan.key, ask, answer: 'loaded', whileHeld: (act) => held.during(act) });
  }

  function coldValue(): Promise<Cold> {
    const held = new Held();
    const id = randomUUID();
    const ask = async (node: SessionSystem) => (await caches.get(node)!.getOrLoad(id, () => held.load())).value;
    return Promise.resolve({
      key: `cache:crowd:{${id}}`,
      ask,
      answer: 'loaded',
      whileHeld: (act) => held.during(act),
    });
  }

  async function coldSession(): Promise<Cold> {
    const { session } = await nodes[0]!.logIn(now);
    return {
      key: `sessions:{${session.userId}}`,
      ask: async ({ store }) => (await store.find(session.userId, session.id, now))?.session.id,
      answer: session.id,
      whileHeld: (act) =>
        nodes[0]!.database.inTransaction(async (tx) => {
          await tx.execute('lock table sessions in access exclusive mode');
          await act();
        }),
    };
  }

  /** Whether each caller of each node has looked for the copy: a node asks for all of its callers before it asks again. */
  function haveAllAsked(key: string): boolean {
    const reads = monitor.lines.filter((line) => /\] "(get|hmget)" /.test(line) && line.includes(`:${key}"`));
    const sources = reads.map((line) => /\[\d+ (\S+)\]/.exec(line)![1]!);
    const full = [...new Set(sources)].filter((source) => sources.filter((each) => each === source).length >= CALLERS);
    return full.length === NODES;
  }

  /** Has all of them ask at once, and lets the load go on when they have. */
  async function gather({ key, ask, answer, whileHeld }: Cold): Promise<Outcome> {
    await Promise.all(nodes.map((node) => node.redisInUse()));
    const kind = key.slice(0, key.indexOf(':{'));
    const before = await loadsOf(kind);
    monitor.lines.length = 0;
    let found: Promise<unknown[]> = Promise.resolve([]);
    let [startedAt, epochs] = [0, ''];
    await whileHeld(async () => {
      [startedAt, epochs] = [performance.now(), epochsOf(nodes)];
      found = Promise.all(nodes.flatMap((node) => Array.from({ length: CALLERS }, () => ask(node))));
      await until(() => haveAllAsked(key));
    });
    expect(await found).toEqual(Array(NODES * CALLERS).fill(answer));
    const tookMs = performance.now() - startedAt;
    const isUndisturbed = tookMs < PATIENCE_MS && !epochs.includes('null') && epochs === epochsOf(nodes);
    return { loads: (await loadsOf(kind)) - before, tookMs, isUndisturbed };
  }

  it.each([
    ['a copy', coldCopy],
    ['a session', coldSession],
    ['a cached value', coldValue],
  ])('loads %s once', async (name, cold) => {
    for (let key = 0; key < KEYS; key++) {
      let outcome = await gather(await cold());
      for (let tries = 1; tries < TRIES && outcome.loads > 1 && !outcome.isUndisturbed; tries++) {
        outcome = await gather(await cold());
      }
      process.stdout.write(
        `${name}: ${NODES * CALLERS} callers, ${outcome.loads} load, ${outcome.tookMs.toFixed()} ms\n`,
      );
      expect(outcome.loads).toBe(1);
    }
  });
});

/** A load that waits. */
class Held {
  private readonly over: Promise<void>;
  private end = () => undefined as void;

  constructor() {
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  async load(): Promise<string> {
    await this.over;
    return 'loaded';
  }

  async during(act: () => Promise<void>): Promise<void> {
    await act();
    this.end();
  }
}

function epochsOf(nodes: SessionSystem[]): string {
  return nodes.map(({ trust }) => String(trust.epoch)).join();
}

/** On all nodes, for all are in this process. */
async function loadsOf(what: string): Promise<number> {
  const { values } = (await register.getSingleMetric('portcullis_load_duration_seconds')!.get()) as {
    values: { metricName?: string; labels: Record<string, unknown>; value: number }[];
  };
  const counts = values.filter(({ metricName, labels }) => metricName?.endsWith('_count') && labels.what === what);
  return counts[0]?.value ?? 0;
}
