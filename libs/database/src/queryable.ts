/**
 * Runs parameterised SQL: one statement on a connection of the pool (`Database`), or within a transaction
 * (`Transaction`). A method that may take part in either asks for a `Queryable`.
 *
 * - Parameters are `$1`, `$2`, … and never part of the text.
 * - Columns come back in camelCase: `password_hash` is `passwordHash` in the row. The row type is the caller's word;
 *   nothing checks it. `timestamptz` is a Date, `jsonb` is parsed, `bigint`, `count(*)` and `numeric` are strings
 *   (cast to `int` where that is enough).
 * - When PostgreSQL cannot be reached or needs more than 2 s, all methods throw `DatabaseUnavailable`. What the server
 *   refuses (a violated constraint) is thrown as the driver's `DatabaseError`, without the values of the row.
 */
export interface Queryable {
  /** The rows that a SELECT, or the RETURNING of an INSERT, UPDATE or DELETE, gives. */
  rows<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;

  /** The first row, or null when there is none: a look-up by key, a compare-and-set with RETURNING. */
  row<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row | null>;

  /** How many rows an INSERT, UPDATE or DELETE changed: 0 when the condition held for none. */
  execute(sql: string, parameters?: readonly unknown[]): Promise<number>;
}
