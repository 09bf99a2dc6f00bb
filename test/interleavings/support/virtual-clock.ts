import timers from 'node:timers/promises';
import pg from 'pg';

/** Any time will do; it stands still unless it is advanced. */
const BEGINNING = new Date('2030-01-01T00:00:00Z');
/** What real input and output, and the scheduler itself, run on. */
const REAL = ['hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;

// Found before those of pg_catalog, so that statements which say now() are on the clock, too.
const CLOCK_OF_POSTGRES = `
  create sequence virtual_clock;
  create function public.clock_timestamp() returns timestamptz language sql volatile as
    $$ select to_timestamp(last_value / 1000.0) from public.virtual_clock $$;
  create function public.now() returns timestamptz language sql volatile as 'select public.clock_timestamp()';`;

/** One clock for this process and its PostgreSQL, which advances only when it is told to. */
export class VirtualClock {
  private shown = 0;

  private constructor(private readonly postgres: pg.Client) {}

  /** To be called when the database has its tables, and before anything that is to live by this clock is made. */
  static async install(databaseUrl: string): Promise<VirtualClock> {
    const postgres = new pg.Client(databaseUrl);
    await postgres.connect();
    await postgres.query(CLOCK_OF_POSTGRES);
    const name = postgres.escapeIdentifier(postgres.database!);
    await postgres.query(`alter database ${name} set search_path = public, pg_catalog`);
    jest.useFakeTimers({ now: BEGINNING, doNotFake: [...REAL] });
    jest
      .spyOn(timers, 'setTimeout')
      .mockImplementation((ms, value) => new Promise((resolve) => void setTimeout(() => resolve(value as never), ms)));
    return new VirtualClock(postgres);
  }

  get now(): Date {
    return new Date();
  }

  toNextTimer(): void {
    jest.advanceTimersToNextTimer();
  }

  /** What is due meanwhile happens in one go at the end, as after a stall of the process. */
  advance(ms: number): void {
    jest.advanceTimersByTime(ms);
  }

  /** Of whoever has ended and left some: time would stop at them, too. */
  forgetTimers(): void {
    jest.clearAllTimers();
  }

  /** Before a statement that may ask for the time. */
  async tellPostgres(): Promise<void> {
    const now = Date.now();
    if (now === this.shown) return;
    this.shown = now;
    await this.postgres.query('select setval($1, $2)', ['virtual_clock', now]);
  }

  async remove(): Promise<void> {
    jest.mocked(timers.setTimeout).mockRestore();
    jest.spyOn(performance, 'now').mockRestore();
    jest.useRealTimers();
    await this.postgres.end();
  }
}
