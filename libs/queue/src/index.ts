export { type DeadLetter, DeadLetters } from './dead-letters.js';
export { type EnqueueOptions } from './enqueue-options.js';
export { Handles, type Job } from './handles.decorator.js';
export { type JobType, type JobTypeOptions, jobType } from './job-type.js';
export { AttemptExpired, QueueSchemaMissing, ShuttingDown } from './queue.errors.js';
export { Queue } from './queue.js';
export { QueueModule } from './queue.module.js';
export type { QueueOptions } from './queue.options.js';
export { queueMigrations } from './queue-migrations.js';
