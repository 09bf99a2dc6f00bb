import { setImmediate as turn } from 'node:timers/promises';
import { copyKey } from '#redis';
import { Copies } from './copies.js';
import type { CopyPlan } from './copy-plan.js';
import { type Announced, InvalidationChannel } from './invalidation-channel.js';
import { MemoryCopies } from './memory-copies.js';
import type { SharedCopies } from './shared-copies.js';

/** A channel that does what the test says. */
class ChannelInHand extends InvalidationChannel {
  isListening = true;
  isLeased = true;
  canRenew = true;
  announce(what: Announced): Promise<void> {
    this.tellHere(what);
    return Promise.resolve();
  }

  renew(): Promise<boolean> {
    this.isLeased = this.canRenew;
    return Promise.resolve(this.isLeased);
  }
}

const KEY = copyKey('numbers', 'one');
const OTHER = copyKey('numbers', 'other');
const TTL_MS = 60_000;

/** Loads that end when the test says so; without Redis. */
class Loads {
  readonly begun: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];

  plan(more: Partial<CopyPlan<string, string>> = {}): CopyPlan<string, string> {
    return {
      key: KEY,
      ttlMs: TTL_MS,
      decode: ([bytes]) => bytes?.toString() ?? null,
      load: () => new Promise<string>((resolve, reject) => this.begun.push({ resolve, reject })),
      encode: (value) => Buffer.from(value),
      ...more,
    };
  }
}

const loadOnly = {
  find: async (plan: CopyPlan<unknown, unknown>) => ({ truth: await plan.load(), how: 'bypass' }),
} as unknown as SharedCopies;

describe(Copies.name, () => {
  let channel: ChannelInHand;
  let copies: Copies;
  let loads: Loads;

  beforeEach(() => {
    channel = new ChannelInHand();
    loads = new Loads();
    copies = new Copies(loadOnly, new MemoryCopies(channel, { maxEntries: 100, maxBytes: 100_000 }));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Resolves when the load has begun, and can be ended. */
  const begin = async (more?: Partial<CopyPlan<string, string>>) => {
    const count = loads.begun.length;
    const finding = copies.find(loads.plan(more));
    finding.catch(() => undefined); // the test says so
    await turn();
    expect(loads.begun).toHaveLength(count + 1);
    return { finding, ...loads.begun[count]! };
  };
  const load = async (value: string, more?: Partial<CopyPlan<string, string>>) => {
    const { finding, resolve } = await begin(more);
    resolve(value);
    return finding;
  };
  const peek = () => copies.peek<string>(KEY);

  it('serves from memory what it has loaded', async () => {
    expect(await load('a')).toEqual({ truth: 'a', how: 'miss' });
    expect(await copies.find(loads.plan())).toEqual({ copy: 'a', how: 'L1' });
    expect(peek()).toBe('a');
  });

  it('serves nothing of what has been announced', async () => {
    await load('a');
    await channel.announce([KEY]);
    expect(peek()).toBeUndefined();
    expect(await load('b')).toEqual({ truth: 'b', how: 'miss' });
  });

  it('goes on serving what has not been announced', async () => {
    await load('a');
    await channel.announce([OTHER]);
    expect(peek()).toBe('a');
  });

  it('serves nothing when anything may have been announced', async () => {
    await load('a');
    channel.tellHere('all');
    expect(peek()).toBeUndefined();
  });

  it('keeps nothing of a load during which its key was announced', async () => {
    const { finding, resolve } = await begin();
    await channel.announce([KEY]);
    resolve('old');
    expect(await finding).toMatchObject({ truth: 'old' });
    expect(peek()).toBeUndefined();
  });

  it('keeps nothing of a load during which anything may have been announced', async () => {
    const { finding, resolve } = await begin();
    channel.tellHere('all');
    resolve('old');
    await finding;
    expect(peek()).toBeUndefined();
  });

  it('keeps nothing of a load that began while it was not listening', async () => {
    channel.isListening = false;
    const { finding, resolve } = await begin();
    channel.isListening = true;
    resolve('old');
    expect(await finding).toEqual({ truth: 'old', how: 'bypass' });
    expect(peek()).toBeUndefined();
  });

  it('keeps the newer of two loads, whichever ends last', async () => {
    const older = await begin();
    await channel.announce([KEY]);
    await load('new');
    older.resolve('old');
    await older.finding;
    expect(peek()).toBe('new');
  });

  it('shares a load while the lease is held', async () => {
    const first = await begin();
    const second = copies.find(loads.plan());
    first.resolve('a');
    expect(await Promise.all([first.finding, second])).toEqual([
      { truth: 'a', how: 'miss' },
      { truth: 'a', how: 'miss' },
    ]);
  });

  it('joins no load when something may have been announced that was not heard yet', async () => {
    const older = await begin();
    channel.isLeased = false;
    const newer = await load('new');
    older.resolve('old');
    expect([await older.finding, newer]).toMatchObject([{ truth: 'old' }, { truth: 'new' }]);
  });

  it('joins no load during which its key was announced', async () => {
    const older = await begin();
    await channel.announce([KEY]);
    const newer = await load('new');
    older.resolve('old');
    expect([await older.finding, newer]).toMatchObject([{ truth: 'old' }, { truth: 'new' }]);
  });

  it('keeps nothing of what is not to be in memory', async () => {
    await load('a', { inMemory: false });
    expect(peek()).toBeUndefined();
  });

  it('throws the error of a load to all who share it, and keeps nothing', async () => {
    const first = await begin();
    const both = Promise.allSettled([first.finding, copies.find(loads.plan())]);
    const lost = new Error('lost');
    first.reject(lost);
    expect(await both).toEqual([
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
    ]);
    expect(await load('a')).toMatchObject({ truth: 'a' });
  });

  it('serves nothing without the lease', async () => {
    await load('a');
    [channel.isLeased, channel.canRenew] = [false, false];
    expect(peek()).toBeUndefined();
    expect(await load('b')).toMatchObject({ truth: 'b' });
  });

  it('has a lapsed lease renewed before it loads again', async () => {
    await load('a');
    channel.isLeased = false;
    expect(await copies.find(loads.plan())).toEqual({ copy: 'a', how: 'L1' });
  });

  it('serves what the renewal of the lease has left', async () => {
    await load('a');
    channel.isLeased = false;
    jest.spyOn(channel, 'renew').mockImplementation(() => {
      channel.tellHere([KEY]);
      channel.isLeased = true;
      return Promise.resolve(true);
    });
    expect(await load('b')).toMatchObject({ truth: 'b' });
  });

  it('serves nothing longer than its time to live, counted from before the load', async () => {
    let nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { finding, resolve } = await begin();
    nowMs += TTL_MS - 10;
    resolve('a');
    await finding;
    expect(peek()).toBe('a');
    nowMs += 10;
    expect(peek()).toBeUndefined();
  });

  it('serves what comes from Redis no longer than Redis would', async () => {
    let nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const shared = { find: () => Promise.resolve({ copy: 'a', how: 'L2', ttlMs: 500, bytes: 1 }) };
    copies = new Copies(
      shared as unknown as SharedCopies,
      new MemoryCopies(channel, { maxEntries: 9, maxBytes: 9_999 }),
    );
    expect(await copies.find(loads.plan())).toMatchObject({ copy: 'a', how: 'L2' });
    nowMs += 499;
    expect(peek()).toBe('a');
    nowMs += 1;
    expect(peek()).toBeUndefined();
  });

  it('keeps the parts of a key apart, and drops them together', async () => {
    await load('a', { part: 'a' });
    await load('b', { part: 'b' });
    expect([copies.peek(KEY, 'a'), copies.peek(KEY, 'b'), peek()]).toEqual(['a', 'b', undefined]);
    await channel.announce([KEY]);
    expect([copies.peek(KEY, 'a'), copies.peek(KEY, 'b')]).toEqual([undefined, undefined]);
  });

  it('voids the loads of all parts of a key together', async () => {
    const both = [await begin({ part: 'a' }), await begin({ part: 'b' })];
    await channel.announce([KEY]);
    for (const each of both) each.resolve('old');
    await Promise.all(both.map(({ finding }) => finding));
    expect([copies.peek(KEY, 'a'), copies.peek(KEY, 'b')]).toEqual([undefined, undefined]);
  });

  it('loads anew what is of no more use', async () => {
    await load('a');
    expect(await load('b', { recheck: () => null })).toMatchObject({ truth: 'b' });
  });

  it('answers what was held as it is now', async () => {
    await load('a');
    expect(await copies.find(loads.plan({ recheck: (copy) => `${copy} now` }))).toEqual({ copy: 'a now', how: 'L1' });
  });

  it('keeps nothing of a truth of which nothing is to be kept', async () => {
    await load('a', { encode: () => null });
    expect(peek()).toBeUndefined();
  });

  it.each(['', 0, false])('keeps %p like any other copy', async (value) => {
    const plan = { ...loads.plan(), decode: () => value, load: () => Promise.resolve('x') };
    await copies.find<unknown, string>(plan);
    expect(await copies.find<unknown, string>(plan)).toEqual({ copy: value, how: 'L1' });
  });

  it('keeps no more keys than it may, the most recently used', async () => {
    copies = new Copies(loadOnly, new MemoryCopies(channel, { maxEntries: 2, maxBytes: 100_000 }));
    for (const id of ['a', 'b', 'c']) await load(id, { key: copyKey('numbers', id) });
    expect(['a', 'b', 'c'].map((id) => copies.peek(copyKey('numbers', id)))).toEqual([undefined, 'b', 'c']);
  });

  it('keeps no more bytes than it may, all parts of a key counted', async () => {
    const memory = new MemoryCopies(channel, { maxEntries: 100, maxBytes: 1_000 });
    copies = new Copies(loadOnly, memory);
    for (const part of ['a', 'b', 'a']) await load('x'.repeat(300), { part, recheck: () => null });
    expect([copies.peek(KEY, 'a'), copies.peek(KEY, 'b')]).toEqual(['x'.repeat(300), 'x'.repeat(300)]);
    expect(memory.bytes).toBeLessThan(1_000);
    await load('x'.repeat(300), { part: 'c' });
    expect(memory.bytes).toBeLessThanOrEqual(1_000);
    expect(copies.peek(KEY, 'a')).toBeUndefined();
  });

  it('asks memory nothing when there is none', async () => {
    copies = new Copies(loadOnly, null);
    expect(await load('a')).toEqual({ truth: 'a', how: 'bypass' });
    expect(peek()).toBeUndefined();
  });
});
