import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DeadLetters } from './dead-letters.js';
import { Handlers } from './handlers.js';
import { JobStore } from './job-store.js';
import { Queue } from './queue.js';
import { completeOptions, QUEUE_OPTIONS, type QueueOptions } from './queue.options.js';
import { Queues } from './queues.js';
import { Workers } from './workers.js';

/**
 * Work out of the request path, kept in PostgreSQL. Needs DatabaseModule with `queueMigrations` among its migrations, and
 * an account that owns the tables: a new job type gets one. Configured once, in the composition root.
 * @throws {TypeError | RangeError} when the options are not as described
 */
@Module({})
export class QueueModule {
  static forRoot(options: QueueOptions): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        { provide: QUEUE_OPTIONS, useValue: completeOptions(options) },
        JobStore,
        Queue,
        Queues,
        DeadLetters,
        Handlers,
        Workers,
      ],
      exports: [Queue, DeadLetters],
    };
  }
}
