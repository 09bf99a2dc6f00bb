import { Inject, Injectable } from '@nestjs/common';
import { Database, type Queryable, type Transaction } from '#database';
import { createBoss, deadLettersOf, on, QUEUE_SCHEMA } from './boss.js';
import type { JobType } from './job-type.js';
import { QUEUE_OPTIONS, type QueueOptions } from './queue.options.js';

export interface NewJob {
  id: string;
  type: JobType;
  /** The payload as JSON text. */
  payload: string;
  singletonKey: string;
  afterSeconds: number;
}

/** A job that this process has taken: nobody else gets it before it has expired. */
export interface TakenJob {
  id: string;
  type: JobType;
  payload: object;
  /** 1 for the first. */
  attempt: number;
  isLastAttempt: boolean;
  /** How long it was due before it was taken. */
  delaySeconds: number;
  /** How long an attempt may take, by the word of who enqueued it. */
  expireSeconds: number;
  /** On the clock of `performance.now()`; never later than PostgreSQL sees it. */
  expiresAtMs: number;
}

/** What is noted of an attempt that failed. */
export interface Failure {
  name: string;
  message: string;
}

/** The library takes a failure to look for jobs for none found; this remembers it. */
class Asked {
  failure?: Error;

  constructor(private readonly db: ReturnType<typeof on>) {}

  async executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }> {
    try {
      return await this.db.executeSql(text, values);
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
  }
}

/** Jobs as rows. Throws `DatabaseUnavailable`. */
@Injectable()
export class JobStore {
  private readonly boss = createBoss(on(this.database));

  constructor(
    private readonly database: Database,
    @Inject(QUEUE_OPTIONS) private readonly options: Required<QueueOptions>,
  ) {}

  /** False if a job with this key waits already, or waited a moment ago. */
  async add(to: Queryable, { id, type, payload, singletonKey, afterSeconds }: NewJob): Promise<boolean> {
    // As text: the driver would write a list of JavaScript as one of PostgreSQL.
    const added = await this.boss.send(type.name, payload as unknown as object, {
      db: on(to),
      id,
      singletonKey,
      startAfter: afterSeconds,
      retryLimit: type.retries,
      retryDelay: type.backOffSeconds,
      retryBackoff: true,
      expireInSeconds: type.expireSeconds,
      retentionDays: this.options.retentionDays,
      deadLetter: deadLettersOf(type.name),
    });
    return added !== null;
  }

  /**
   * The job that waits for its first attempt under this key. It stays so until the transaction is over: whoever takes
   * jobs passes by what is locked.
   */
  async holdWaiting(tx: Queryable, type: JobType, singletonKey: string): Promise<string | null> {
    // The conditions of the unique index that pg-boss has for it.
    const waiting = await tx.row<{ id: string }>(
      `select id from ${QUEUE_SCHEMA}.job
       where name = $1 and coalesce(singleton_key, '') = $2 and state = 'created' and policy = 'short' for share`,
      [type.name, singletonKey],
    );
    return waiting?.id ?? null;
  }

  /** Jobs that are due, oldest first, at most so many. */
  async take(type: JobType, limit: number): Promise<TakenJob[]> {
    const askedAtMs = performance.now();
    const asked = new Asked(on(this.database));
    const taken = await this.boss.fetch<object>(type.name, {
      includeMetadata: true,
      batchSize: limit,
      priority: false,
      db: asked,
    });
    if (asked.failure) throw asked.failure;
    return taken.map((job) => ({
      id: job.id,
      type,
      payload: job.data,
      attempt: job.retryCount + 1,
      isLastAttempt: job.retryCount >= job.retryLimit,
      delaySeconds: Math.max(0, job.startedOn.getTime() - job.startAfter.getTime()) / 1_000,
      expireSeconds: Number(job.expireInSeconds),
      expiresAtMs: askedAtMs + Number(job.expireInSeconds) * 1_000,
    }));
  }

  /** Each of the following is done only while the attempt is the job's current one; false if it is not. */
  complete(job: TakenJob): Promise<boolean> {
    return this.whileHeld(job, (db) => this.boss.complete(job.type.name, job.id, {}, { db }));
  }

  /** It is tried again after its back-off, or becomes a dead letter. */
  fail(job: TakenJob, failure: Failure): Promise<boolean> {
    return this.whileHeld(job, (db) => this.boss.fail(job.type.name, job.id, failure, { db }));
  }

  /** It is due at once, and the attempt does not count as a try. */
  async giveBack({ type, id, attempt }: TakenJob): Promise<boolean> {
    const given = await this.database.execute(
      `update ${QUEUE_SCHEMA}.job set state = 'retry', start_after = now(), retry_limit = retry_limit + 1
       where name = $1 and id = $2 and state = 'active' and retry_count = $3`,
      [type.name, id, attempt - 1],
    );
    return given === 1;
  }

  // The library goes by the id alone: a late word of an earlier attempt would end the one that is under way.
  private whileHeld(
    { type, id, attempt }: TakenJob,
    act: (db: ReturnType<typeof on>) => Promise<void>,
  ): Promise<boolean> {
    return this.database.inTransaction(async (tx: Transaction) => {
      const held = await tx.row(
        `select 1 as one from ${QUEUE_SCHEMA}.job
         where name = $1 and id = $2 and state = 'active' and retry_count = $3 for update`,
        [type.name, id, attempt - 1],
      );
      if (held) await act(on(tx));
      return held !== null;
    });
  }
}
