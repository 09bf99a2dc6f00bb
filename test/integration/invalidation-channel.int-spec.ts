import { type Announced, copyKey } from '#coherence';
import { createTestDatabase, TcpProxy } from '#testing';
import { describeInvalidationChannel } from '../../libs/coherence/src/invalidation-channel.contract.js';
import { channelOf } from '../support/channel.js';
import { QUICK, SessionSystem } from '../support/session-system.js';
import { until } from '../support/until.js';

const LEASE_MS = 200;
const KEY = copyKey('sessions', 'somebody');

let url: string;
let way: TcpProxy;
let here: SessionSystem;
let there: SessionSystem;

const memory = { leaseMs: LEASE_MS, maxEntries: 100, maxBytes: 100_000 };

beforeAll(async () => {
  url = await createTestDatabase();
  const { hostname, port } = new URL(url);
  way = await TcpProxy.to(hostname, Number(port));
  const directUrl = Object.assign(new URL(url), { port: String(way.port) }).href;
  [here, there] = await Promise.all([
    SessionSystem.start({}, { url, directUrl, coherence: { ...QUICK, memory } }),
    SessionSystem.start({}, { url, coherence: { ...QUICK, memory } }),
  ]);
});

afterAll(async () => {
  way.resume();
  await Promise.all([here.close(), there.close()]);
  await way.close();
});

describeInvalidationChannel('the channel by PostgreSQL', () => ({
  here: channelOf(here),
  there: channelOf(there),
  leaseMs: LEASE_MS,
}));

describe('the channel by PostgreSQL', () => {
  let heard: Announced[] = [];

  beforeAll(() => channelOf(here).onHeard((what) => void heard.push(what)));

  beforeEach(async () => {
    await until(() => channelOf(here).isListening);
    heard = [];
  });

  /** A busy machine may take longer than a caller is made to wait. */
  const renewed = () => until(() => channelOf(here).renew());

  const idleMs = async () => {
    const rows = await there.database.rows<{ idleMs: number }>(
      `select extract(epoch from clock_timestamp() - state_change)::float8 * 1000 as idle_ms
       from pg_stat_activity where datname = current_database() and application_name = 'portcullis (listener)'`,
    );
    return rows.map((row) => row.idleMs);
  };

  it('lets the lease lapse when nobody asks for it', async () => {
    await renewed();
    const renewedAt = performance.now();
    await until(() => performance.now() - renewedAt > LEASE_MS);
    expect(channelOf(here).isLeased).toBe(false);
    await renewed();
  });

  it('forgets all, and does not listen, when the connection breaks; and listens again by itself', async () => {
    await renewed();
    way.cut();
    await until(() => !channelOf(here).isListening);
    expect(heard).toEqual(['all']);
    expect(channelOf(here).isLeased).toBe(false);
    expect(await channelOf(here).renew()).toBe(false);
    way.mend();
    await until(() => channelOf(here).isListening);
    await renewed();
  });

  it('is not renewed by a PostgreSQL that does not answer, and nobody waits for it for long', async () => {
    await renewed();
    way.stall();
    await until(() => !channelOf(here).isLeased);
    expect(await channelOf(here).renew()).toBe(false);
    await until(() => heard.includes('all')); // it is given up as lost
    expect(await channelOf(here).renew()).toBe(false);
    way.resume();
    await until(() => channelOf(here).isListening);
  });

  it('is not renewed when it hears nothing, although what it says arrives', async () => {
    await renewed();
    way.swallow('answers');
    await until(() => !channelOf(here).isLeased);
    await channelOf(there).announce([KEY]);
    expect(await channelOf(here).renew()).toBe(false);
    way.swallowNoMore();
    await until(() => heard.includes('all'));
    await until(() => channelOf(here).isListening);
  });

  it('never holds the lease a lease after something was announced that it has not heard, however late answers are', async () => {
    way.delay(LEASE_MS / 5);
    let held = 0;
    for (let round = 0; round < 5; round++) {
      heard = [];
      await renewed();
      await channelOf(there).announce([KEY]);
      const announcedAt = performance.now();
      await until(() => {
        const mayServe = channelOf(here).isLeased && performance.now() - announcedAt >= LEASE_MS;
        if (mayServe) held++;
        if (mayServe) expect(heard.flatMap((what) => [...what])).toContain(KEY);
        return mayServe;
      });
    }
    way.delay(0);
    expect(held).toBe(5);
  });

  it('throws what is announced while PostgreSQL is away', async () => {
    way.cut();
    await expect(channelOf(here).announce([KEY])).rejects.toThrow('PostgreSQL');
    way.mend();
    await until(() => channelOf(here).isListening);
  });

  it('sends no heartbeat while nobody reads', async () => {
    await renewed();
    const renewedAt = performance.now();
    await until(() => performance.now() - renewedAt > 3 * LEASE_MS);
    const idle = await idleMs();
    expect(idle).toHaveLength(2);
    expect(idle.filter((ms) => ms < 2 * LEASE_MS)).toEqual([]);
  });

  it('raises the time that all wait for, when a process comes with a longer lease', async () => {
    const longer = await SessionSystem.start({}, { url, coherence: { ...QUICK, memory: { ...memory, leaseMs: 333 } } });
    await longer.close();
    expect(await there.database.row('select memory_lease_ms from fence')).toEqual({ memoryLeaseMs: 333 });
  });
});
