/** The tables of the queue are not there, or are those of another version. */
export class QueueSchemaMissing extends Error {
  readonly code = 'queue.schema_missing';

  constructor(cause?: unknown) {
    super(
      'The database lacks the tables of the queue that this version needs: add `queueMigrations` of libs/queue to the migrations.',
      { cause },
    );
    this.name = QueueSchemaMissing.name;
  }
}

/** What an attempt's signal gives as its reason, and what is noted of the attempt, when its time is over. */
export class AttemptExpired extends Error {
  readonly code = 'queue.attempt_expired';

  constructor(limitSeconds: number) {
    super(`The attempt took longer than ${limitSeconds} s.`);
    this.name = AttemptExpired.name;
  }
}

/** What an attempt's signal gives as its reason when the process shuts down. */
export class ShuttingDown extends Error {
  readonly code = 'queue.shutting_down';

  constructor() {
    super('The process is shutting down; the job will be tried again, by another one.');
    this.name = ShuttingDown.name;
  }
}
