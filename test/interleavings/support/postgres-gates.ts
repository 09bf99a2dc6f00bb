import type { Notification } from 'pg';
import { Database, type DedicatedConnection, type Transaction } from '#database';
import { callers } from './caller.js';
import type { Scheduler } from './scheduler.js';
import type { VirtualClock } from './virtual-clock.js';

type Statement = (sql: string, parameters?: readonly unknown[]) => Promise<unknown>;
type Listener = (message: Notification) => void;

const NOTIFY = /pg_notify/;
const ASKS_FOR_THE_TIME = /\bnow\(\)|clock_timestamp/;

/**
 * What a node asks of PostgreSQL, in two steps each: it is carried out, and the answer is heard. A transaction is one
 * thing to ask, because open ones would wait for each other.
 */
export class PostgresGates {
  isGated = true;
  /** Whether the next who commits here dies of it. */
  doomed = false;
  /** Set by who knows the other nodes: resolves when all have the notification that has just been sent. */
  delivered: () => Promise<void> = () => Promise.resolve();
  private readonly arrived: (() => void)[] = [];

  private constructor(
    private readonly node: string,
    private readonly scheduler: Scheduler,
    private readonly clock: VirtualClock,
  ) {}

  /** Has the node made, finds its connections, and opens those that are not of the pool. */
  static async around<T>(
    make: () => Promise<{ made: T; database: Database }>,
    world: { node: string; scheduler: Scheduler; clock: VirtualClock },
  ): Promise<{ made: T; gates: PostgresGates }> {
    const gates = new PostgresGates(world.node, world.scheduler, world.clock);
    const connections: DedicatedConnection[] = [];
    const { dedicated } = Object.getOwnPropertyDescriptors(Database.prototype);
    const spy = jest.spyOn(Database.prototype, 'dedicated').mockImplementation(function (this: Database, options) {
      const connection = dedicated.value!.call(this, options);
      connections.push(connection);
      return connection;
    });
    const { made, database } = await make();
    spy.mockRestore();
    keepIdleConnections(database);
    gates.gateStatements(database, 'pool');
    gates.gateTransactions(database);
    for (const connection of connections) await gates.gateConnection(connection);
    return { made, gates };
  }

  get hasArrived(): boolean {
    return this.arrived.length > 0;
  }

  /** The notifications that have arrived are heard one by one. */
  hear(): void {
    const name = `${this.node} hears a notification`;
    const lanes = [this.node, wayToPostgres(this.node)];
    for (const carryOut of this.arrived.splice(0)) this.scheduler.add({ name, lanes, carryOut });
  }

  private gateStatements(of: Database | DedicatedConnection, name: string): void {
    const gated = of as unknown as { statement: Statement };
    const statement = gated.statement.bind(of);
    gated.statement = (sql, parameters) =>
      this.ask(`${name} ${briefly(sql)}`, async () => {
        if (ASKS_FOR_THE_TIME.test(sql)) await this.clock.tellPostgres();
        const outcome = await statement(sql, parameters);
        if (NOTIFY.test(sql)) await this.delivered();
        return outcome;
      });
  }

  /** Who is to die does so when the change is committed, and never hears of it. */
  private gateTransactions(database: Database): void {
    const inTransaction = database.inTransaction.bind(database);
    database.inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => {
      const caller = callers.getStore();
      const done = async () => {
        await this.clock.tellPostgres();
        const result = await inTransaction(work);
        if (this.doomed && caller) this.doomed = !caller.die();
        return result;
      };
      return this.ask('transaction', done, () => !caller?.isDead);
    };
  }

  private async gateConnection(connection: DedicatedConnection): Promise<void> {
    const { options } = connection as unknown as { options: { name: string } };
    const client = await connection.client();
    const on = client.on.bind(client) as (event: string, listener: Listener) => typeof client;
    client.on = ((event: string, listener: Listener) =>
      on(
        event,
        event === 'notification' ? (message) => void this.arrived.push(() => listener(message)) : listener,
      )) as typeof client.on;
    this.gateStatements(connection, options.name);
  }

  private ask<T>(what: string, done: () => Promise<T>, heard?: () => boolean): Promise<T> {
    if (!this.isGated) return done();
    const lanes = [this.node, wayToPostgres(this.node)];
    return this.scheduler.twoSteps(`${this.node} to PostgreSQL: ${what}`, lanes, done, heard);
  }
}

/** Closed, it lets nothing pass between the node and PostgreSQL. */
export function wayToPostgres(node: string): string {
  return `${node} to PostgreSQL`;
}

/** An idle one would be closed when time advances, and its next use would take long. */
function keepIdleConnections(database: Database): void {
  (
    database.driver as unknown as { master: { options: { idleTimeoutMillis: number } } }
  ).master.options.idleTimeoutMillis = 0;
}

function briefly(sql: string): string {
  return sql.trim().split(/\s+/).slice(0, 2).join(' ');
}
