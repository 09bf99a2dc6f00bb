/** PostgreSQL cannot be reached, or did not answer in time (2 s): nothing is known to be wrong with the request. */
export class DatabaseUnavailable extends Error {
  readonly code = 'database.unavailable';

  constructor(cause: unknown) {
    super(`PostgreSQL cannot be reached or does not answer: ${reasonOf(cause)}`, { cause });
    this.name = DatabaseUnavailable.name;
  }
}

/** The database could not be opened at start. The message says which one and why, and never holds the password. */
export class DatabaseUnreachable extends Error {
  readonly code = 'database.unreachable';

  constructor(place: string, cause: unknown) {
    super(`PostgreSQL ${place} cannot be opened: ${reasonOf(cause)}`, { cause });
    this.name = DatabaseUnreachable.name;
  }
}

/** The server answers, but is one that must not be used: too old, or a standby. */
export class UnsuitableServer extends Error {
  readonly code = 'database.unsuitable';

  constructor(reason: string) {
    super(reason);
    this.name = UnsuitableServer.name;
  }
}

/** The schema is older than the program, and migrations at start are switched off. */
export class MigrationsPending extends Error {
  readonly code = 'database.migrations_pending';

  constructor(readonly names: string[]) {
    super(`The database lacks ${names.join(', ')}: run \`npm run migrate\`, or let the server migrate at start.`);
    this.name = MigrationsPending.name;
  }
}

/** Another process is migrating this database and did not finish in the time that was given. */
export class MigrationLockTimeout extends Error {
  readonly code = 'database.migration_lock_timeout';

  constructor(waitedMs: number) {
    super(
      `Another process has been migrating this database for more than ${waitedMs / 1000} s: look what it is doing.`,
    );
    this.name = MigrationLockTimeout.name;
  }
}

/** What went wrong, in the words of the innermost error that has any (Node reports several addresses as one error). */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error || isErrorLike(error) ? error.message : String(error);
}

// Errors of Node itself are of another realm under Jest, where instanceof does not know them.
function isErrorLike(error: unknown): error is { message: string } {
  return typeof (error as { message?: unknown } | null)?.message === 'string';
}
