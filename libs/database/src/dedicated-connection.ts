import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { admitConnection } from './connection.js';
import { DatabaseUnavailable } from './database.errors.js';
import { type Queryable } from './queryable.js';
import { type Outcome, runStatement } from './statement.js';

export interface DedicatedOptions {
  url: string;
  /** What `pg_stat_activity` shows. */
  name: string;
  /** An answer that takes longer is given up, and the connection with it. */
  limitMs: number;
  /**
   * An address at which nobody takes up the connection for so long has nobody, once it has been reached before;
   * `limitMs` unless told.
   */
  reachMs?: number;
  /** Settings of the session, such as `{ synchronous_commit: 'off' }`. */
  settings?: Record<string, string>;
}

/** On both clocks: the first may stand still while the machine sleeps. */
interface Begin {
  monotonic: number;
  wall: number;
}

/** A firewall forgets an idle connection after minutes; the system's own keep-alive begins after hours. */
const KEEP_ALIVE_AFTER_MS = 10_000;
const CLOSE_WITHIN_MS = 1_000;
const CANNOT_CONNECT_NOW = '57P03';

/**
 * One connection outside the pool, for what must not wait behind requests. Opened when first used; thrown away when an
 * answer takes too long or it breaks, and opened again by the next use. A statement on a connection that turns out to be
 * lost is sent once more on a new one, so it must be one that may be carried out twice. Throws `DatabaseUnavailable`.
 */
export class DedicatedConnection implements Queryable {
  private opened: Promise<pg.Client> | null = null;
  private current: pg.Client | null = null;
  private isClosed = false;
  private nobodyAt: Begin | null = null;
  private wasReached = false;

  constructor(private readonly options: DedicatedOptions) {}

  async rows<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    return (await this.statement(sql, parameters)).rows as Row[];
  }

  async row<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row | null> {
    return (await this.rows<Row>(sql, parameters))[0] ?? null;
  }

  async execute(sql: string, parameters?: readonly unknown[]): Promise<number> {
    return (await this.statement(sql, parameters)).count;
  }

  /**
   * For how long, in milliseconds, it may have been untrue that nobody is there: since the begin of the last attempt to open
   * the connection, if that met nobody. Null while it is open, and when somebody was there, if only slow or to refuse us.
   */
  get sinceNobodyMs(): number | null {
    return this.nobodyAt && Math.max(performance.now() - this.nobodyAt.monotonic, Date.now() - this.nobodyAt.wall);
  }

  /** The connection itself, for notifications; the same one until it is lost. */
  client(): Promise<pg.Client> {
    this.opened ??= this.open();
    return this.opened;
  }

  /** Throws the connection away, whatever becomes of what is under way on it; the next use opens another. */
  drop(): void {
    if (this.current) this.discard(this.current);
  }

  /** For good. A server that does not answer is not waited for. */
  async close(): Promise<void> {
    const { opened } = this;
    this.isClosed = true;
    this.opened = null;
    this.current = null;
    const client = await opened?.catch(() => null);
    if (client) await Promise.race([client.end(), pause(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    if (client) socketOf(client).destroy();
  }

  private async statement(sql: string, parameters?: readonly unknown[]): Promise<Outcome> {
    const isOld = this.current !== null;
    try {
      return await this.tryStatement(sql, parameters);
    } catch (error) {
      if (!isOld || !(error instanceof DatabaseUnavailable)) throw error;
      return this.tryStatement(sql, parameters);
    }
  }

  private async tryStatement(sql: string, parameters?: readonly unknown[]): Promise<Outcome> {
    const client = await this.client();
    try {
      return await runStatement(client, sql, parameters);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) this.discard(client);
      throw error;
    }
  }

  private async open(): Promise<pg.Client> {
    if (this.isClosed) throw new DatabaseUnavailable(new Error('the connection has been closed'));
    const { url, name, limitMs, settings = {} } = this.options;
    const begunAt = { monotonic: performance.now(), wall: Date.now() };
    const client = new pg.Client({
      connectionString: url,
      application_name: name,
      connectionTimeoutMillis: limitMs,
      query_timeout: limitMs,
      statement_timeout: limitMs,
      lock_timeout: limitMs,
      idle_in_transaction_session_timeout: limitMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    client.once('end', () => this.discard(client));
    try {
      await this.reach(client, begunAt);
      await admitConnection(client);
      for (const [setting, value] of Object.entries(settings)) {
        await client.query('select set_config($1, $2, false)', [setting, value]);
      }
      this.current = client;
      return client;
    } catch (error) {
      this.opened = null;
      this.discard(client);
      throw new DatabaseUnavailable(error);
    }
  }

  /** Connects, and notes whether anybody was there. */
  private async reach(client: pg.Client, begunAt: Begin): Promise<void> {
    const socket = socketOf(client);
    const { limitMs, reachMs = limitMs } = this.options;
    let late: NodeJS.Timeout | undefined;
    let attempts = 0;
    // Each address of a name has its time, look-ups not counted.
    socket.on('connectionAttempt', () => {
      const attempt = ++attempts;
      const giveUp = () => void (attempt === attempts && socket.connecting && socket.destroy(new NotReached()));
      clearTimeout(late);
      // After a stall of this process, what has come in meanwhile is heard first.
      late = setTimeout(() => setImmediate(giveUp), this.wasReached ? reachMs : limitMs);
    });
    socket.once('connect', () => clearTimeout(late));
    try {
      await client.connect();
      this.wasReached = true;
      this.nobodyAt = null;
    } catch (error) {
      this.nobodyAt = isNobody(error) ? begunAt : null;
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  private discard(client: pg.Client): void {
    if (this.current === client) {
      this.current = null;
      this.opened = null;
    }
    client.end().catch(() => undefined);
    socketOf(client).destroy();
  }
}

class NotReached extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('nobody has taken up the connection in time');
  }
}

const NOBODY = /^(ECONNREFUSED|ECONNRESET|EHOSTDOWN|EHOSTUNREACH|ENETDOWN|ENETUNREACH|ENOENT|EPIPE|ETIMEDOUT)$/;

/** Refused by the machine, not taken up, closed without a word; or a server that is starting or shutting down. */
function isNobody(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (error instanceof pg.DatabaseError) return code === CANNOT_CONNECT_NOW;
  return NOBODY.test(code) || message === 'Connection terminated unexpectedly';
}

// Not among the types of the driver.
function socketOf(client: pg.Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}
