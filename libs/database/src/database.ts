import pg, { type Pool } from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { admitConnection, withConnection } from './connection.js';
import { DedicatedConnection, type DedicatedOptions } from './dedicated-connection.js';
import { PostgresNames } from './postgres-names.js';
import { type Queryable } from './queryable.js';
import { type Outcome, runStatement } from './statement.js';
import { Transaction } from './transaction.js';

export interface Schema {
  /** Classes decorated with TypeORM's `@Entity`. */
  entities: (new () => object)[];
  /** Carried out in the order of the timestamps in their names. */
  migrations: (new () => MigrationInterface)[];
}

export interface ConnectionOptions extends Schema {
  /** `postgres://user:password@host:port/name`, with the driver's parameters such as `sslmode`. */
  url: string;
  /** The same database past a connection pooler, for connections of their own; `url` unless told. */
  directUrl?: string;
  /** Connections at most; who needs another waits for up to 2 s. */
  poolSize: number;
  /** What a statement may take in milliseconds; the answer is given up a second later. 0 = no limit. */
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
}

const LIMIT_MS = 2_000;

/**
 * PostgreSQL as Portcullis sees it: a TypeORM data source, so that entities and migrations work, under a token of its
 * own, so that it never meets the host application's; and a `Queryable` pool, which is what repositories use.
 */
export class Database extends DataSource implements Queryable {
  private readonly directUrl: string;

  constructor(options: ConnectionOptions) {
    super({
      type: 'postgres',
      driver: pg,
      url: options.url,
      entities: options.entities,
      migrations: options.migrations,
      migrationsTableName: 'portcullis_migrations',
      migrationsTransactionMode: 'each',
      namingStrategy: new PostgresNames(),
      synchronize: false,
      installExtensions: false,
      applicationName: 'portcullis',
      poolSize: options.poolSize,
      connectTimeoutMS: LIMIT_MS,
      // An idle connection that breaks is replaced by the next borrower, who reports it if that fails too.
      poolErrorHandler: () => undefined,
      extra: {
        ...limits(options),
        keepAlive: true,
        onConnect: admitConnection,
        // No connection is closed for idleness: when Redis is lost, all of them are needed at once.
        min: options.poolSize,
      },
    });
    this.directUrl = options.directUrl ?? options.url;
  }

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
   * Commits what the work has done and returns its result; rolls back and throws what it throws. After
   * `DatabaseUnavailable` it is unknown whether a commit that was under way took place.
   */
  async inTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return withConnection(this.pool, (connection) => Transaction.run(connection, work));
  }

  /** A connection outside the pool and past any pooler; who asks for it closes it. */
  dedicated(options: Omit<DedicatedOptions, 'url'>): DedicatedConnection {
    return new DedicatedConnection({ url: this.directUrl, ...options });
  }

  private async statement(sql: string, parameters?: readonly unknown[]): Promise<Outcome> {
    return withConnection(this.pool, (connection) => runStatement(connection, sql, parameters));
  }

  private get pool(): Pool {
    return (this.driver as unknown as { master: Pool }).master;
  }
}

// The server keeps its limits itself; the driver's own (query_timeout) is for a server that has stopped answering.
function limits({ statementTimeoutMs = LIMIT_MS, lockTimeoutMs = LIMIT_MS }: ConnectionOptions) {
  return {
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs && statementTimeoutMs + 1_000,
  };
}
