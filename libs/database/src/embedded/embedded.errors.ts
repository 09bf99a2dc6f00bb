const REMEDY = 'Set DATABASE__URL to use a PostgreSQL of your own.';

/** The embedded PostgreSQL cannot run here; the message says why and what to do. */
export class EmbeddedPostgresFailed extends Error {
  readonly code = 'database.embedded_failed';

  constructor(reason: string, options?: ErrorOptions) {
    super(`The embedded PostgreSQL cannot run: ${reason.trim()}\n${REMEDY}`, options);
    this.name = EmbeddedPostgresFailed.name;
  }
}

/** Another living process uses the data directory, through the server with this process id. */
export class DataDirectoryInUse extends Error {
  readonly code = 'database.data_directory_in_use';

  constructor(
    readonly directory: string,
    serverPid: number,
  ) {
    super(
      `Another Portcullis process uses the data directory ${directory} (its server is process ${serverPid}). ` +
        'Set DATABASE__DATA_DIR to give this one its own, or let both share a PostgreSQL by DATABASE__URL.',
    );
    this.name = DataDirectoryInUse.name;
  }
}
