import pg, { type ClientBase, type DatabaseError } from 'pg';
import { DatabaseUnavailable } from './database.errors.js';

export interface Outcome {
  command: string;
  count: number;
  rows: object[];
}

// Connection exceptions, insufficient resources, operator intervention (also a statement's time limit), a lock's time limit.
const UNAVAILABLE_STATES = /^(08|53|57|55P03)/;

/** One statement on one connection, with its errors sorted into "not available" and "refused". */
export async function runStatement(
  connection: ClientBase,
  text: string,
  values: readonly unknown[] = [],
): Promise<Outcome> {
  try {
    const result = await connection.query<unknown[]>({ text, values: [...values], rowMode: 'array' });
    const names = result.fields.map((field) => camelCase(field.name));
    return {
      command: result.command,
      count: result.rowCount ?? 0,
      rows: result.rows.map((row) => asObject(names, row)),
    };
  } catch (error) {
    throw sorted(error);
  }
}

/**
 * Is this error of the driver no answer to the statement, but the lack of one? Everything is that did not come from
 * the server, except a parameter that cannot be written down.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return UNAVAILABLE_STATES.test(error.code ?? '');
  return !(error instanceof TypeError);
}

function sorted(error: unknown): unknown {
  if (isUnavailable(error)) return new DatabaseUnavailable(error);
  // The detail quotes whole rows ("Failing row contains …"), and errors are logged.
  if (error instanceof pg.DatabaseError) delete (error as Partial<DatabaseError>).detail;
  return error;
}

function asObject(names: string[], values: unknown[]): object {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index++) row[names[index] as string] = values[index];
  return row;
}

const camelCaseNames = new Map<string, string>();

function camelCase(column: string): string {
  const known = camelCaseNames.get(column);
  if (known !== undefined) return known;
  const name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  camelCaseNames.set(column, name);
  return name;
}
