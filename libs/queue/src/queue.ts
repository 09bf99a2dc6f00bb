import { Inject, Injectable } from '@nestjs/common';
import { Database, newId, type Queryable, type Transaction } from '#database';
import { type EnqueueOptions, readEnqueueOptions } from './enqueue-options.js';
import { JobStore } from './job-store.js';
import type { JobType } from './job-type.js';
import { encodePayload } from './payload.js';
import { jobsEnqueued } from './queue.metrics.js';
import { QUEUE_OPTIONS, type QueueOptions } from './queue.options.js';

const ROUNDS = 10;

/**
 * Work to be done out of the request path, kept in PostgreSQL until it is done: at least once, in no particular order,
 * by any process that works on jobs. Throws `DatabaseUnavailable`, and a TypeError or RangeError for what is not as
 * described; then nothing is enqueued.
 */
@Injectable()
export class Queue {
  constructor(
    private readonly database: Database,
    private readonly store: JobStore,
    @Inject(QUEUE_OPTIONS) private readonly options: Required<QueueOptions>,
  ) {}

  /**
   * Enqueues within the transaction of its cause: when that commits the job will be carried out, and when it rolls back
   * there has never been one.
   * @param payload plain JSON data of at most 64 KiB. Never a secret: it is kept in clear, for as long as the job and its
   *   dead letter are. Of large or private things the id.
   * @returns the job's id; with a singleton key, that of the job that waits already, if there is one
   */
  async enqueue<Payload extends object>(
    tx: Transaction,
    type: JobType<Payload>,
    payload: Payload,
    options: EnqueueOptions = {},
  ): Promise<string> {
    return this.add(tx, type, payload, options);
  }

  /** The same without another change: when it returns, the job will be carried out. */
  async enqueueAlone<Payload extends object>(
    type: JobType<Payload>,
    payload: Payload,
    options: EnqueueOptions = {},
  ): Promise<string> {
    return this.add(this.database, type, payload, options);
  }

  private async add(to: Queryable, type: JobType, payload: object, options: EnqueueOptions): Promise<string> {
    if (!this.options.jobTypes.includes(type))
      throw new TypeError(`The job type "${type.name}" is not among the jobTypes of QueueModule.`);
    const { singletonKey, afterSeconds } = readEnqueueOptions(options);
    const id = newId();
    // Without a key it is a singleton of its own.
    const job = {
      id,
      type,
      payload: encodePayload(type.name, payload),
      singletonKey: singletonKey ?? id,
      afterSeconds,
    };
    for (let round = 0; round < ROUNDS; round++) {
      const waiting = singletonKey === undefined ? null : await this.store.holdWaiting(to, type, singletonKey);
      if (waiting) return waiting;
      if (await this.store.add(to, job)) {
        jobsEnqueued.inc({ type: type.name });
        return id;
      }
      // Somebody else's has been committed in between: it waits now, or has been taken.
    }
    throw new Error(`A "${type.name}" job could not be enqueued: is its queue gone from the database?`);
  }
}
