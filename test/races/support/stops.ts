import { AsyncLocalStorage } from 'node:async_hooks';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Queryable } from '#database';
import { until } from '../../support/until.js';

/**
 * One place at which an operation stops: its exchanges with PostgreSQL and Redis are counted, each twice, before it is sent
 * and after it is answered. So an operation that is stopped at 0, 1, 2, … has been stopped at every await that another
 * process could come between.
 */
export class Stop {
  /** What the operation was stopped at, if it came so far. */
  place: string | null = null;
  private passed = 0;
  private reach!: () => void;
  private readonly reached = new Promise<void>((resolve) => (this.reach = resolve));
  private release!: () => void;
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));

  constructor(private readonly at: number) {}

  /** Begins the operation; resolves when it has been stopped, or has ended before it came to its stop. */
  async begin<T>(operation: () => Promise<T>): Promise<{ ending: Promise<PromiseSettledResult<T>> }> {
    const ending = settled(stops.run(this, operation));
    await Promise.race([this.reached, ending]);
    return { ending };
  }

  /** Lets it go on to its end. */
  go(): void {
    this.release();
  }

  async around<T>(name: string, exchange: () => Promise<T>): Promise<T> {
    await this.pass(`before ${name}`);
    try {
      return await exchange();
    } finally {
      await this.pass(`after ${name}`);
    }
  }

  private async pass(place: string): Promise<void> {
    if (this.passed++ !== this.at) return;
    this.place = place;
    this.reach();
    await this.released;
  }
}

/** Plays a race once for each stop of the operation that it begins there; answers how many there were. */
export async function atEveryStop(play: (stop: Stop) => Promise<void>): Promise<number> {
  for (let at = 0; ; at++) {
    const stop = new Stop(at);
    try {
      await play(stop);
    } catch (error) {
      throw new Error(`Stopped ${stop.place}: ${(error as Error).message}`, { cause: error });
    } finally {
      stop.go();
    }
    if (stop.place === null) return at;
  }
}

/**
 * Carries out the other operation while the first is stopped, then lets that one go on; earlier only if the other waits for
 * a lock that the first holds. Answers how both have ended.
 */
export async function race<A, B>(
  stop: Stop,
  database: Queryable,
  first: () => Promise<A>,
  other: () => Promise<B>,
): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
  const { ending } = await stop.begin(first);
  let isOver = false;
  const otherEnding = settled(other()).finally(() => (isOver = true));
  await until(async () => isOver || (await someoneWaitsForALock(database)));
  stop.go();
  return [await ending, await otherEnding];
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  return (await Promise.allSettled([work]))[0];
}

async function someoneWaitsForALock(database: Queryable): Promise<boolean> {
  const waiting = await database.row(
    `select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1`,
  );
  return waiting !== null;
}

const stops = new AsyncLocalStorage<Stop>();

type Exchange = (...args: unknown[]) => Promise<unknown>;

/** Has the exchanges of whoever is to be stopped go by way of their stop, and all others as ever. */
function makeStoppable<Method extends string>(
  prototype: Record<Method, unknown>,
  method: Method,
  nameOf: (argument: unknown) => string | undefined,
): void {
  const exchange = prototype[method] as Exchange;
  prototype[method] = function (this: unknown, ...args: unknown[]) {
    const stop = stops.getStore();
    const name = nameOf(args[0]);
    const go = () => exchange.apply(this, args);
    return stop && name !== undefined ? stop.around(name, go) : go();
  } satisfies Exchange;
}

// A statement comes as an object; what opens a connection, which not every run does, as a text.
makeStoppable(pg.Client.prototype, 'query', (query) => (query as { text?: string }).text);
makeStoppable(Redis.prototype, 'sendCommand', (command) => (command as { name: string }).name);
