import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Attempt } from './attempt.js';
import type { Handler } from './handles.decorator.js';
import type { JobStore, TakenJob } from './job-store.js';
import type { JobType } from './job-type.js';
import type { Outage } from './outage.js';
import type { QueueOptions } from './queue.options.js';

/** Works on the jobs of one type, so many at once. */
export class Worker {
  private readonly logger = new Logger('Queue');
  private readonly running = new Map<Attempt, Promise<void>>();
  private readonly stopping = new AbortController();
  private working?: Promise<void>;

  constructor(
    private readonly type: JobType,
    private readonly handler: Handler,
    private readonly store: JobStore,
    private readonly outage: Outage,
    private readonly options: Required<QueueOptions>,
  ) {}

  start(): void {
    this.working = this.work();
  }

  /** Takes no more jobs, tells the handlers, and gives back in time what they have not finished. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const attempt of this.running.keys()) attempt.askToEnd();
    const patience = setTimeout(() => {
      for (const attempt of this.running.keys()) attempt.forsake();
    }, this.options.shutdownSeconds * 1_000);
    await this.working;
    await Promise.all(this.running.values());
    clearTimeout(patience);
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const free = this.options.concurrency - this.running.size;
      const jobs = free > 0 ? await this.take(free) : [];
      for (const job of jobs) this.begin(job);
      if (jobs.length < free) await pause(this.options.pollMs, undefined, { signal }).catch(() => undefined);
      else await Promise.race(this.running.values());
    }
  }

  private async take(limit: number): Promise<TakenJob[]> {
    // What it throws has been said; the next round is the next try.
    return this.outage.watch(() => this.store.take(this.type, limit)).catch(() => []);
  }

  private begin(job: TakenJob): void {
    const attempt = new Attempt(job, this.store, this.logger);
    // It may have been taken while the shutdown began.
    const concluded = this.stopping.signal.aborted ? attempt.decline() : attempt.run(this.handler);
    this.running.set(
      attempt,
      concluded.finally(() => this.running.delete(attempt)),
    );
  }
}
