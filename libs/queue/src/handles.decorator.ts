import { SetMetadata } from '@nestjs/common';
import type { JobType } from './job-type.js';

/** What a handler is given. */
export interface Job<Payload extends object = object> {
  /** The same in every attempt: what a handler can remember to recognise a job that it has carried out before. */
  id: string;
  payload: Payload;
  /** 1 in the first attempt; more after a failure, and after a process was killed or shut down meanwhile. */
  attempt: number;
  /**
   * Aborts when the attempt has expired (`AttemptExpired`) or the process shuts down (`ShuttingDown`). Whoever goes on
   * regardless may not be alone with the job any more.
   */
  signal: AbortSignal;
}

export type Handler<Payload extends object = object> = (job: Job<Payload>) => Promise<void>;

/** Where the decorator leaves the job type. */
export const HANDLES = Symbol('HANDLES');

/**
 * Makes this method of a provider the one that works on jobs of the type, in processes that work on jobs.
 *
 * A job is carried out **at least once**: what it does must come to the same when it is done twice, for a process may be
 * killed, or lose PostgreSQL, after the work is done and before that is noted. When the method resolves, the job is done;
 * when it rejects, the attempt has failed, and the name and message of the error are kept and logged: no secrets in
 * them. After a shutdown has begun, a rejection costs no try.
 */
export function Handles<Payload extends object>(type: JobType<Payload>) {
  return SetMetadata(HANDLES, type) as (
    target: object,
    method: string | symbol,
    descriptor: { value?: Handler<Payload> },
  ) => void;
}
