import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database } from '#database';
import { Handlers } from './handlers.js';
import { JobStore } from './job-store.js';
import { Outage } from './outage.js';
import { QUEUE_OPTIONS, type QueueOptions } from './queue.options.js';
import { Upkeep } from './upkeep.js';
import { Worker } from './worker.js';

/** Works on jobs from the moment the application has been put together until its shutdown, if this process does. */
@Injectable()
export class Workers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private workers: Worker[] = [];
  private upkeep?: Upkeep;

  constructor(
    private readonly database: Database,
    private readonly handlers: Handlers,
    private readonly store: JobStore,
    @Inject(QUEUE_OPTIONS) private readonly options: Required<QueueOptions>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const handlers = this.handlers.find();
    if (!this.options.works) return;
    this.upkeep = new Upkeep(this.database, this.options.maintenanceSeconds);
    await this.upkeep.start();
    const outage = new Outage(new Logger('Queue'));
    this.workers = [...handlers].map(([type, handler]) => new Worker(type, handler, this.store, outage, this.options));
    for (const worker of this.workers) worker.start();
  }

  /** While the database is still open. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.upkeep?.stop(), ...this.workers.map((worker) => worker.stop())]);
  }
}
