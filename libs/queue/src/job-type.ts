export interface JobTypeOptions {
  /** How often a job that failed is tried again before it becomes a dead letter; 0 to 16, 5 unless told. */
  retries?: number;
  /**
   * The wait before the first retry, in whole seconds; each further one waits twice as long as the one before, and up to
   * as much again by chance. 1 to 3,600, 2 unless told. All of them together must not exceed a week.
   */
  backOffSeconds?: number;
  /**
   * How long an attempt may take, in whole seconds: then its signal aborts and it has failed. So long does it take until
   * the job of a process that was killed is tried again. 1 to 86,399, 60 unless told.
   */
  expireSeconds?: number;
}

const NAME = /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/;
const LONGEST_NAME = 60;
const WEEK_SECONDS = 604_800;

/** What `jobType` declares: the name under which jobs are kept, and how they are tried. */
export class JobType<Payload extends object = object> {
  /** The type of the payload, for the compiler; it never has a value. */
  declare readonly payload: Payload;

  constructor(
    readonly name: string,
    readonly retries: number,
    readonly backOffSeconds: number,
    readonly expireSeconds: number,
  ) {}
}

/**
 * Declares a kind of job, once for all processes that enqueue it or work on it: `pets.import`. The name is kept with the
 * jobs and is a label of the metrics; the other options are those of whoever enqueues, at that time.
 * @throws {TypeError | RangeError} when the name or an option is not as described
 */
export function jobType<Payload extends object>(name: string, options: JobTypeOptions = {}): JobType<Payload> {
  if (typeof name !== 'string' || !NAME.test(name) || name.length > LONGEST_NAME)
    throw new TypeError(
      `The name of a job type is lower-case words joined by "." or "-", such as "pets.import", of at most ${LONGEST_NAME} characters.`,
    );
  const { retries = 5, backOffSeconds = 2, expireSeconds = 60 } = options;
  const check = (option: string, value: number, from: number, to: number) => {
    if (!Number.isInteger(value) || value < from || value > to)
      throw new RangeError(`${option} of the job type "${name}" must be a whole number from ${from} to ${to}.`);
  };
  check('retries', retries, 0, 16);
  check('backOffSeconds', backOffSeconds, 1, 3_600);
  check('expireSeconds', expireSeconds, 1, 86_399);
  if (longestWaitsSeconds(retries, backOffSeconds) > WEEK_SECONDS)
    throw new RangeError(`The waits between the ${retries} retries of "${name}" may add up to more than a week.`);
  return new JobType<Payload>(name, retries, backOffSeconds, expireSeconds);
}

/** All back-offs together, each as long as chance can make it. */
function longestWaitsSeconds(retries: number, backOffSeconds: number): number {
  return 2 * backOffSeconds * (2 ** retries - 1);
}
