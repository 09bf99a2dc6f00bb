import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { DatabaseUnavailable } from '#database';
import type { Handler } from './handles.decorator.js';
import type { Failure, JobStore, TakenJob } from './job-store.js';
import { AttemptExpired, ShuttingDown } from './queue.errors.js';
import { attemptDuration, jobDelay, jobsCompleted, jobsFailed, jobsRetried } from './queue.metrics.js';

type Outcome = { is: 'done' } | { is: 'failed'; error: unknown } | { is: 'unfinished' };

const NOTE_AGAIN_MS = 200;
const LONGEST_TEXT = 1_000;
/** jsonb has neither NUL nor half of a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

/** One try of one job by its handler, and what is noted of it. */
export class Attempt {
  private readonly told = new AbortController();
  private cutShort: (outcome: Outcome) => void;
  private isForsaken = false;

  constructor(
    private readonly job: TakenJob,
    private readonly store: JobStore,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the outcome is noted, or cannot be; never rejects. */
  async run(handler: Handler): Promise<void> {
    const { type, delaySeconds, expiresAtMs } = this.job;
    jobDelay.observe({ type: type.name }, delaySeconds);
    const stopTimer = attemptDuration.startTimer({ type: type.name });
    const early = new Promise<Outcome>((resolve) => {
      this.cutShort = resolve;
    });
    const expiry = setTimeout(() => this.expire(), expiresAtMs - performance.now());
    const outcome = await Promise.race([this.handle(handler), early]);
    clearTimeout(expiry);
    stopTimer();
    await this.conclude(outcome);
  }

  /** Gives the job back without having begun; never rejects. */
  async decline(): Promise<void> {
    this.isForsaken = true;
    await this.conclude({ is: 'unfinished' });
  }

  /** Tells the handler that the process shuts down. */
  askToEnd(): void {
    this.told.abort(new ShuttingDown());
  }

  /** Waits for the handler no longer. */
  forsake(): void {
    this.isForsaken = true;
    this.cutShort({ is: 'unfinished' });
  }

  private expire(): void {
    const error = new AttemptExpired(this.job.expireSeconds);
    this.told.abort(error);
    this.cutShort({ is: 'failed', error });
  }

  private async handle(handler: Handler): Promise<Outcome> {
    const { id, payload, attempt } = this.job;
    const { signal } = this.told;
    try {
      await handler({ id, payload, attempt, signal });
      return { is: 'done' };
    } catch (error) {
      return signal.reason instanceof ShuttingDown ? { is: 'unfinished' } : { is: 'failed', error };
    }
  }

  private async conclude(outcome: Outcome): Promise<void> {
    await this.note(outcome).catch((err: unknown) => {
      const what = `What became of a "${this.job.type.name}" job could not be noted; it will be tried again`;
      this.logger.warn({ err, jobId: this.job.id }, what);
    });
  }

  /** Again and again while PostgreSQL is away and the job is still ours: what is done should not be done twice. */
  private async note(outcome: Outcome): Promise<void> {
    for (;;) {
      try {
        return await this.noteOnce(outcome);
      } catch (error) {
        const isOver = this.isForsaken || performance.now() >= this.job.expiresAtMs;
        if (isOver || !(error instanceof DatabaseUnavailable)) throw error;
        await pause(NOTE_AGAIN_MS);
      }
    }
  }

  private async noteOnce(outcome: Outcome): Promise<void> {
    const { type } = this.job;
    switch (outcome.is) {
      case 'done':
        if (await this.store.complete(this.job)) jobsCompleted.inc({ type: type.name });
        return;
      case 'failed':
        if (await this.store.fail(this.job, failureOf(outcome.error))) this.tell(outcome.error);
        return;
      case 'unfinished':
        if (await this.store.giveBack(this.job)) this.logger.log(`An unfinished "${type.name}" job was given back`);
    }
  }

  private tell(err: unknown): void {
    const { type, id, attempt, isLastAttempt } = this.job;
    const detail = { err, jobId: id, attempt };
    if (isLastAttempt) {
      jobsFailed.inc({ type: type.name });
      this.logger.warn(detail, `A "${type.name}" job has failed for the last time: it is a dead letter now`);
    } else {
      jobsRetried.inc({ type: type.name });
      this.logger.warn(detail, `A "${type.name}" job has failed and will be tried again`);
    }
  }
}

/** Without the stack and other properties, which hold more than an error means to say. */
function failureOf(error: unknown): Failure {
  const { name = 'Error', message = 'no message' } = (error ?? {}) as Partial<Failure>;
  const storable = (text: unknown) => String(text).slice(0, LONGEST_TEXT).replace(UNSTORABLE, '\ufffd');
  return { name: storable(name), message: storable(message) };
}
