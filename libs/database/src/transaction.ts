import { type ClientBase } from 'pg';
import { DatabaseUnavailable } from './database.errors.js';
import { type Queryable } from './queryable.js';
import { type Outcome, runStatement } from './statement.js';

/**
 * The statements of one open transaction (READ COMMITTED). It is over when the work that received it ends; statements
 * sent later are refused. It must not wait for anything but PostgreSQL: after 2 s of silence the server ends it.
 */
export class Transaction implements Queryable {
  private isOver = false;

  private constructor(private readonly connection: ClientBase) {}

  /** BEGIN, the work, COMMIT; or ROLLBACK when the work throws. */
  static async run<T>(connection: ClientBase, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    await runStatement(connection, 'begin');
    const result = await new Transaction(connection).carryOut(work).catch((error) => rollBack(connection, error));
    const { command } = await runStatement(connection, 'commit');
    // The answer to COMMIT when a statement had failed and the work went on regardless: not an error for PostgreSQL.
    if (command !== 'COMMIT') throw new Error('Nothing was committed: a statement of this transaction had failed.');
    return result;
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

  private async carryOut<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await work(this);
    } finally {
      // Before COMMIT or ROLLBACK is sent: a statement that queued up behind it would be carried out on its own.
      this.isOver = true;
    }
  }

  private async statement(sql: string, parameters?: readonly unknown[]): Promise<Outcome> {
    if (this.isOver) throw new Error('This transaction is over: a statement in it was not awaited.');
    return runStatement(this.connection, sql, parameters);
  }
}

async function rollBack(connection: ClientBase, error: unknown): Promise<never> {
  // A connection that does not answer is thrown away by its lender, and the transaction with it.
  if (!(error instanceof DatabaseUnavailable)) await runStatement(connection, 'rollback');
  throw error;
}
