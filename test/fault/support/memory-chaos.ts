import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { type CopyKey, copyKey } from '#coherence';
import { DatabaseUnavailable } from '#database';
import { type Acknowledged, TcpProxy } from '#testing';
import { SessionSystem } from '../../support/session-system.js';
import { Tally } from './tally.js';

const READS_PER_TURN = 100;

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** One number in PostgreSQL that another process counts up. */
interface Counted {
  id: string;
  key: CopyKey;
  /** When a read began last that was answered with the value. */
  lastReadAt: Map<number, number>;
}

/** A read that was answered with less than was acknowledged before it began. */
export interface StaleRead {
  id: string;
  value: number;
  acknowledged: Acknowledged;
  lateMs: number;
}

/**
 * A process that reads numbers through memory as fast as it can, while its ways to PostgreSQL are disturbed: one for its
 * pool, one for the channel by which it hears of changes.
 */
export class MemoryReader {
  readonly served = new Tally();
  reads = 0;
  private readonly numbers: Counted[];

  private constructor(
    readonly system: SessionSystem,
    readonly pool: TcpProxy,
    readonly channel: TcpProxy,
    ids: string[],
  ) {
    this.numbers = ids.map((id) => ({ id, key: copyKey('numbers', id), lastReadAt: new Map() }));
  }

  static async start(url: string, leaseMs: number, ids: string[]): Promise<MemoryReader> {
    const { hostname, port } = new URL(url);
    const [pool, channel] = await Promise.all([
      TcpProxy.to(hostname, Number(port)),
      TcpProxy.to(hostname, Number(port)),
    ]);
    const by = (way: TcpProxy) => Object.assign(new URL(url), { host: `127.0.0.1:${way.port}` }).href;
    const memory = { leaseMs, maxEntries: 1_000, maxBytes: 1_000_000 };
    const coherence = { fenceLeaseMs: 200, handoverMs: 100, databaseGraceMs: 0, memory };
    const system = await SessionSystem.start({}, { url: by(pool), directUrl: by(channel), coherence });
    return new MemoryReader(system, pool, channel, ids);
  }

  /** Reads until told to stop, and lets everything else have its turn now and then. */
  async readUntil(isOver: () => boolean): Promise<void> {
    for (let number = 0; !isOver(); number++) {
      await this.read(this.numbers[number % this.numbers.length]!);
      if (number % READS_PER_TURN === 0) await turn();
    }
  }

  /** What was read of each number against what was acknowledged of it. */
  staleReads(acknowledged: readonly Acknowledged[]): StaleRead[] {
    return this.numbers.flatMap(({ id, lastReadAt }) => {
      const own = acknowledged.filter((each) => each.id === id).sort((one, other) => one.value - other.value);
      return [...lastReadAt].flatMap(([value, readAt]) => {
        const newer = own.find((each) => each.value > value);
        return newer && newer.atMs < readAt ? [{ id, value, acknowledged: newer, lateMs: readAt - newer.atMs }] : [];
      });
    });
  }

  async stop(): Promise<void> {
    this.channel.resume();
    this.pool.resume();
    await this.system.close();
    await Promise.all([this.pool.close(), this.channel.close()]);
  }

  private async read({ id, key, lastReadAt }: Counted): Promise<void> {
    const startedAt = nowMs();
    const held = this.system.copies.peek<{ value: number }>(key);
    const value = held ? held.value : await this.find(id, key);
    this.reads++;
    if (held) this.served.count('L1');
    if (value !== null) lastReadAt.set(value, startedAt);
  }

  private async find(id: string, key: CopyKey): Promise<number | null> {
    try {
      const found = await this.system.copies.find<{ value: number }, { value: number }>({
        key,
        ttlMs: 600_000,
        decode: ([bytes]) => (bytes ? { value: Number(bytes.toString()) } : null),
        load: () => this.load(id),
        encode: ({ value }) => Buffer.from(String(value)),
      });
      this.served.count(found.how);
      return 'copy' in found ? found.copy.value : found.truth.value;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      this.served.count('unavailable');
      return null;
    }
  }

  private async load(id: string): Promise<{ value: number }> {
    return (await this.system.database.row<{ value: number }>('select value from numbers where id = $1', [id]))!;
  }
}

/** Of the ways of a reader; each takes some time, and leaves them as they were. */
export const DISTURBANCES: Record<string, (reader: MemoryReader, ms: number) => Promise<unknown> | void> = {
  'the channel is slow': ({ channel }, ms) => slow(channel, ms),
  'the pool is slow': ({ pool }, ms) => slow(pool, ms),
  'the channel stalls': ({ channel }, ms) => stall(channel, ms),
  'the pool stalls': ({ pool }, ms) => stall(pool, ms),
  'the channel is reset': ({ channel }) => channel.reset(),
  'the channel is cut': ({ channel }, ms) => cut(channel, ms),
  'both are cut': ({ channel, pool }, ms) => Promise.all([cut(channel, ms), cut(pool, ms)]),
  'what the channel hears vanishes': ({ channel }, ms) => swallow(channel, 'answers', ms),
  'what the channel says vanishes': ({ channel }, ms) => swallow(channel, 'commands', ms),
  'the process stands still': (_, ms) => standStill(ms),
};

async function slow(way: TcpProxy, ms: number): Promise<void> {
  way.delay(ms / 2);
  await pause(ms);
  way.delay(0);
}

async function stall(way: TcpProxy, ms: number): Promise<void> {
  way.stall();
  await pause(ms);
  way.resume();
}

async function cut(way: TcpProxy, ms: number): Promise<void> {
  way.cut();
  await pause(ms);
  way.mend();
}

async function swallow(way: TcpProxy, direction: 'answers' | 'commands', ms: number): Promise<void> {
  way.swallow(direction);
  await pause(ms);
  way.swallowNoMore();
}

/** What is to be heard waits, timers too, and only clocks go on. */
function standStill(ms: number): void {
  const until = nowMs() + ms;
  while (nowMs() < until);
}
