import { randomUUID } from 'node:crypto';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { Copies, type MemoryOptions } from '#coherence';
import { type SessionGrant, sessionsCopy } from '#sessions';
import { createTestDatabase, RedisUnderTest } from '#testing';
import { channelOf } from '../support/channel.js';
import { QUICK, redisAt, SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

const LEASE_MS = 100;
const MEMORY: MemoryOptions = { leaseMs: LEASE_MS, maxEntries: 100, maxBytes: 100_000 };
/** A busy machine must not be taken for a fault. */
const COHERENCE = { ...QUICK, fenceLeaseMs: 1_000, handoverMs: 2_000 };
const now = new Date();

describe('copies in memory', () => {
  let redis: RedisUnderTest;
  let url: string;
  const systems: SessionSystem[] = [];

  beforeAll(async () => {
    redis = await RedisUnderTest.start();
    url = await createTestDatabase();
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(systems.splice(0).map((system) => system.close()));
  });

  afterAll(() => redis.stop());

  async function start({
    memory = MEMORY,
    withRedis = true,
  }: {
    memory?: MemoryOptions | null;
    withRedis?: boolean;
  } = {}): Promise<SessionSystem> {
    const system = await SessionSystem.start(
      {},
      { url, redis: withRedis ? redisAt(redis.url) : null, coherence: { ...COHERENCE, memory } },
    );
    systems.push(system);
    return system;
  }

  const accepts = async ({ store }: SessionSystem, { session }: SessionGrant) =>
    (await store.find(session.userId, session.id, now)) !== null;

  const peek = (system: SessionSystem, { session }: SessionGrant) =>
    system.module.get(Copies).peek(sessionsCopy(session.userId), session.id);

  /** Resolves when the session is served from memory; a busy machine may need more than one try. */
  async function remember(system: SessionSystem, grant: SessionGrant): Promise<void> {
    await until(async () => {
      expect(await accepts(system, grant)).toBe(true);
      return peek(system, grant) !== undefined;
    });
  }

  it.each([true, false])('serve a session without asking anybody (Redis on: %p)', async (withRedis) => {
    const system = await start({ withRedis });
    const grant = await system.logIn(now);
    await remember(system, grant);
    const asked = [jest.spyOn(system.database, 'rows'), jest.spyOn(system.copies, 'find')];
    expect(await accepts(system, grant)).toBe(true);
    for (const each of asked) expect(each).not.toHaveBeenCalled();
  });

  it.each([
    ['on in both', true, true],
    ['off in both', false, false],
    ['on in the one that ends it', true, false],
    ['on in the one that remembers it', false, true],
  ])('hold no session that another process has ended: Redis %s', async (_, ends, remembers) => {
    const [ending, remembering] = [await start({ withRedis: ends }), await start({ withRedis: remembers })];
    for (let round = 0; round < 5; round++) {
      const grant = await ending.logIn(now);
      await remember(remembering, grant);
      await ending.sessions.end(grant.session.userId, grant.session.id, 'ended', now);
      expect(peek(remembering, grant)).toBeUndefined();
      expect(await accepts(remembering, grant)).toBe(false);
    }
  });

  it('hold no session that a process without memory has ended', async () => {
    const [ending, remembering] = [await start({ memory: null }), await start()];
    const grant = await ending.logIn(now);
    await remember(remembering, grant);
    await ending.sessions.end(grant.session.userId, grant.session.id, 'ended', now);
    expect(await accepts(remembering, grant)).toBe(false);
  });

  it('go on holding what nobody has changed', async () => {
    const [ending, remembering] = [await start(), await start()];
    const [kept, ended] = [await ending.logIn(now), await ending.logIn(now)];
    await remember(remembering, kept);
    await ending.sessions.end(ended.session.userId, ended.session.id, 'ended', now);
    await until(() => channelOf(remembering).renew());
    expect(peek(remembering, kept)).toBeDefined();
  });

  it('hold no session that a process ended which died before it could say so', async () => {
    const [other, remembering] = [await start(), await start()];
    const grant = await other.logIn(now);
    const { id, userId } = grant.session;
    await remember(remembering, grant);
    await other.database.execute(
      `with ended as (update sessions set ended_at = now(), end_reason = 'ended' where id = $1)
       insert into invalidations values ($2, $3, now())`,
      [id, randomUUID(), [sessionsCopy(userId)]],
    );
    await until(async () => (await other.database.rows('select 1 from invalidations')).length === 0);
    await pause(LEASE_MS);
    expect(await accepts(remembering, grant)).toBe(false);
  });

  it('may hold for a lease longer what was changed with bounded visibility, but not in the process that changed it', async () => {
    const [ending, remembering] = [await start(), await start()];
    const grant = await ending.logIn(now);
    const { id, userId } = grant.session;
    await remember(ending, grant);
    await remember(remembering, grant);
    await ending.writes.commit(
      async (tx, invalidate) => {
        invalidate(sessionsCopy(userId));
        await tx.execute(`update sessions set ended_at = now(), end_reason = 'ended' where id = $1`, [id]);
      },
      { visibility: 'bounded' },
    );
    expect(await accepts(ending, grant)).toBe(false);
    await pause(LEASE_MS);
    expect(await accepts(remembering, grant)).toBe(false);
  });

  it('are forgotten when another Redis answers on the same connection', async () => {
    const system = await start();
    const grant = await system.logIn(now);
    await remember(system, grant);
    (system.trust as unknown as { lastIdentity: string }).lastIdentity = 'another';
    await until(async () => (await channelOf(system).renew()) && peek(system, grant) === undefined);
  });

  it('keep up with a reader that never stops, while the session is ended', async () => {
    const [ending, remembering] = [await start(), await start({ withRedis: false })];
    for (let round = 0; round < 10; round++) {
      const grant = await ending.logIn(now);
      let isAcknowledged = false;
      const reading = (async () => {
        for (let wasAcknowledged = false; !wasAcknowledged; ) {
          wasAcknowledged = isAcknowledged;
          await turn(); // what is in memory is there without one
          const accepted = await accepts(remembering, grant);
          if (wasAcknowledged) expect(accepted).toBe(false);
        }
      })();
      await ending.sessions.end(grant.session.userId, grant.session.id, 'ended', now);
      isAcknowledged = true;
      await reading;
    }
  });
});
