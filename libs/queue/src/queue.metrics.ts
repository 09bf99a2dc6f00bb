import { Counter, Histogram } from 'prom-client';

const labelNames = ['type'] as const;

export const jobsEnqueued = new Counter({
  name: 'portcullis_queue_enqueued_total',
  help: 'Jobs that this process has enqueued, those of transactions that were rolled back included.',
  labelNames,
});

export const jobsCompleted = new Counter({
  name: 'portcullis_queue_completed_total',
  help: 'Jobs that this process has carried out.',
  labelNames,
});

export const jobsRetried = new Counter({
  name: 'portcullis_queue_retried_total',
  help: 'Attempts of this process that failed and are followed by another one.',
  labelNames,
});

export const jobsFailed = new Counter({
  name: 'portcullis_queue_failed_total',
  help: 'Jobs that became dead letters because their last attempt, in this process, failed.',
  labelNames,
});

export const attemptDuration = new Histogram({
  name: 'portcullis_queue_attempt_duration_seconds',
  help: 'Time that an attempt took, whether it failed or not.',
  labelNames,
  buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800],
});

export const jobDelay = new Histogram({
  name: 'portcullis_queue_delay_seconds',
  help: 'Time between the moment a job was due and the begin of the attempt.',
  labelNames,
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200],
});

/** Shows the counters of a job type before anything has been counted. */
export function announceType(type: string): void {
  for (const counter of [jobsEnqueued, jobsCompleted, jobsRetried, jobsFailed]) counter.inc({ type }, 0);
}
