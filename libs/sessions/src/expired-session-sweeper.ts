import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { every, type Periodic } from './every.js';
import { SessionUpkeepRepository } from './session-upkeep.repository.js';

const SWEEP_INTERVAL_MS = 10 * 60_000;
const BATCH_SIZE = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Removes the rows of sessions that are over, every 10 minutes, 1,000 rows looked at in a statement. */
@Injectable()
export class ExpiredSessionSweeper implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(ExpiredSessionSweeper.name);
  private sweeping?: Periodic;
  private stopped = false;

  constructor(private readonly upkeep: SessionUpkeepRepository) {}

  onModuleInit(): void {
    this.sweeping = every(SWEEP_INTERVAL_MS, () => this.sweep(new Date()).then(() => undefined), this.logger);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.sweeping?.stop();
  }

  /** Walks the whole table once; answers how many rows were removed. */
  async sweep(now: Date): Promise<number> {
    let removed = 0;
    for (let from: string | null = FIRST_ID; from !== null && !this.stopped; ) {
      const batch = await this.upkeep.sweep(from, BATCH_SIZE, now);
      removed += batch.removed;
      from = batch.next;
    }
    return removed;
  }
}
