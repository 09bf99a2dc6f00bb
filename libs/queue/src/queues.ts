import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '#database';
import { createBoss, deadLettersOf, on, QUEUE_SCHEMA } from './boss.js';
import { type Census, watchQueue } from './census.js';
import { QueueSchemaMissing } from './queue.errors.js';
import { announceType } from './queue.metrics.js';
import { QUEUE_OPTIONS, type QueueOptions } from './queue.options.js';

/** For each job type one queue of the library and one for its dead letters: made at start, counted for the metrics. */
@Injectable()
export class Queues implements OnModuleInit, OnApplicationShutdown {
  private endWatch?: () => void;

  constructor(
    private readonly database: Database,
    @Inject(QUEUE_OPTIONS) private readonly options: Required<QueueOptions>,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.checkSchema();
    await this.createMissing();
    for (const { name } of this.options.jobTypes) announceType(name);
    this.endWatch = watchQueue(() => this.count());
  }

  onApplicationShutdown(): void {
    this.endWatch?.();
  }

  private async checkSchema(): Promise<void> {
    // Without maintenance, to start is to look at the tables and no more.
    const boss = createBoss(on(this.database));
    await boss.start().catch((error: Error) => {
      throw /not installed|requires migrations/.test(error.message) ? new QueueSchemaMissing(error) : error;
    });
  }

  private async createMissing(): Promise<void> {
    const existing = new Set((await createBoss(on(this.database)).getQueues()).map(({ name }) => name));
    const missing = this.options.jobTypes.filter(({ name }) => !existing.has(name));
    if (!missing.length) return;
    await this.database.inTransaction(async (tx) => {
      // Nodes that start at once would block each other: to make a queue takes this lock only half-way through.
      await tx.execute(`lock table ${QUEUE_SCHEMA}.queue in share row exclusive mode`);
      const boss = createBoss(on(tx));
      for (const { name } of missing) {
        await boss.createQueue(deadLettersOf(name));
        // One job for each key may wait for its first attempt.
        await boss.createQueue(name, { name, policy: 'short', deadLetter: deadLettersOf(name) });
      }
    });
  }

  private async count(): Promise<Census[]> {
    const counts = await this.database.rows<{ name: string; state: string; count: number }>(
      `select name, state, count(*)::int from ${QUEUE_SCHEMA}.job where state < 'completed' group by name, state`,
    );
    return this.options.jobTypes.map(({ name: type }) => {
      const countOf = (queue: string, ...states: string[]) =>
        counts
          .filter(({ name, state }) => name === queue && states.includes(state))
          .reduce((sum, { count }) => sum + count, 0);
      return {
        type,
        waiting: countOf(type, 'created', 'retry'),
        active: countOf(type, 'active'),
        dead: countOf(deadLettersOf(type), 'created'),
      };
    });
  }
}
