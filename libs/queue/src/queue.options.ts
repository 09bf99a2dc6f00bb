import { JobType } from './job-type.js';

/** What QueueModule must be told. */
export interface QueueOptions {
  /** Every job type that this process enqueues or works on. */
  jobTypes: readonly JobType[];
  /** Whether this process works on jobs; false = it only enqueues, and others work. */
  works: boolean;
  /** Attempts at once in this process, of each job type; 1 to 100, 5 unless told. */
  concurrency?: number;
  /** How often PostgreSQL is asked for due jobs of each type, in milliseconds; 50 to 60,000, 1,000 unless told. */
  pollMs?: number;
  /** How long a shutdown waits for attempts to heed their signal; 0 to 300, 10 unless told. */
  shutdownSeconds?: number;
  /** How often jobs of killed processes are looked for, by one process of all; 1 to 3,600, 15 unless told. */
  maintenanceSeconds?: number;
  /**
   * A job that nobody could work on for so long, and a dead letter that was left alone for so long, is dropped; 15 to
   * 3,650, 90 unless told.
   */
  retentionDays?: number;
}

/** The token under which the lib's own providers are told the options. */
export const QUEUE_OPTIONS = Symbol('QUEUE_OPTIONS');

const NUMBERS = {
  concurrency: { from: 1, to: 100, unlessTold: 5 },
  pollMs: { from: 50, to: 60_000, unlessTold: 1_000 },
  shutdownSeconds: { from: 0, to: 300, unlessTold: 10 },
  maintenanceSeconds: { from: 1, to: 3_600, unlessTold: 15 },
  retentionDays: { from: 15, to: 3_650, unlessTold: 90 },
} as const;

/** All options, with what is not told filled in. Throws a TypeError or a RangeError that says what was expected. */
export function completeOptions(options: QueueOptions): Required<QueueOptions> {
  const complete: Record<string, unknown> = { jobTypes: distinct(options.jobTypes), works: options.works };
  if (typeof options.works !== 'boolean') throw new TypeError('works of QueueModule must be true or false.');
  for (const [option, { from, to, unlessTold }] of Object.entries(NUMBERS)) {
    const value = options[option as keyof typeof NUMBERS] ?? unlessTold;
    if (!Number.isInteger(value) || value < from || value > to)
      throw new RangeError(`${option} of QueueModule must be a whole number from ${from} to ${to}.`);
    complete[option] = value;
  }
  return complete as unknown as Required<QueueOptions>;
}

function distinct(types: readonly JobType[]): readonly JobType[] {
  if (!Array.isArray(types) || !types.every((type) => type instanceof JobType))
    throw new TypeError('jobTypes of QueueModule must be a list of what jobType() returned.');
  const names = types.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`There are two job types of the name "${twice}".`);
  return types;
}
