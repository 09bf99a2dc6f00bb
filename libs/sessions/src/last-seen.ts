import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { every, type Periodic } from './every.js';
import type { Session } from './session.js';
import { SessionUpkeepRepository } from './session-upkeep.repository.js';

const FLUSH_INTERVAL_MS = 30_000;
const ROWS_PER_STATEMENT = 5_000;

/**
 * When sessions were last used, written behind: uses are collected in memory and reach PostgreSQL every 30 s in one
 * statement per 5,000 sessions, so that no request writes. A crash loses at most that. The process's own pending uses
 * count as seen.
 */
@Injectable()
export class LastSeen implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(LastSeen.name);
  private pending = new Map<string, Date>();
  private flushing?: Periodic;

  constructor(private readonly upkeep: SessionUpkeepRepository) {}

  onModuleInit(): void {
    this.flushing = every(FLUSH_INTERVAL_MS, () => this.flush(), this.logger);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flushing?.stop();
    await this.flush().catch((error: unknown) =>
      this.logger.warn({ err: error }, 'The last uses of sessions are lost'),
    );
  }

  record(sessionId: string, at: Date): void {
    this.pending.set(sessionId, at);
  }

  /** The session with the use that this process has yet to write, if there is one. */
  overlay(session: Session): Session {
    const pending = this.pending.get(session.id);
    return pending && pending > session.lastSeenAt ? { ...session, lastSeenAt: pending } : session;
  }

  /** Whether a use of the session is yet to be written. */
  isPending(sessionId: string): boolean {
    return this.pending.has(sessionId);
  }

  /** Writes what is pending. What PostgreSQL did not take (it is down, a row is locked) waits for the next flush. */
  async flush(): Promise<void> {
    const seen = [...this.pending].sort(([one], [other]) => (one < other ? -1 : 1));
    for (let start = 0; start < seen.length; start += ROWS_PER_STATEMENT) {
      const batch = seen.slice(start, start + ROWS_PER_STATEMENT);
      const skipped = new Set(await this.upkeep.recordLastSeen(batch));
      for (const [id, at] of batch) {
        if (!skipped.has(id) && this.pending.get(id) === at) this.pending.delete(id);
      }
    }
  }
}
