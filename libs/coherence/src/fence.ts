import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database, type DedicatedConnection } from '#database';
import { fenceBumps, watchFence } from './coherence.metrics.js';
import { COHERENCE_OPTIONS, type CoherenceOptions } from './coherence.options.js';
import { nextEpoch } from './epoch.js';
import { isWithin, type Moment, thisMoment } from './lease.js';
import { NextInTurn } from './next-in-turn.js';

/** How often a node that uses Redis reads the fence. */
export const CHECKS_PER_LEASE = 4;

/** The fence as one read has found it. */
export interface FenceReading {
  epoch: string;
  /** The Redis that all nodes trust; null = none. */
  redisIdentity: string | null;
  leaseMs: number;
  /** `B`, the longest lease of any memory; 0 = nobody keeps copies in memory. */
  memoryLeaseMs: number;
  /** When the read was sent: it is true of that moment at least. */
  sentAt: Moment;
  /** When this process first saw the epoch, on its monotonic clock: the epoch is at least that old. */
  epochSeenAt: number;
}

interface FenceRow extends Omit<FenceReading, 'sentAt' | 'epochSeenAt'> {
  writtenBy: string;
  readFrom: string;
}

// The cluster, and the timeline that a promotion or a restore begins.
const DATABASE_IDENTITY = `(select system_identifier::text from pg_control_system())
  || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

const READ = `select epoch, redis_identity, lease_ms, memory_lease_ms, database_identity as written_by, ${DATABASE_IDENTITY} as read_from
  from fence where is_only`;

/** A reading that took longer than a lease gives no lease, but is all that a write needs. */
const ANSWER_LIMIT_MS = 2_000;
const LONGEST_BACK_OFF_MS = 60_000;
const SHORTEST_BACK_OFF_MS = 1_000;

/**
 * What all nodes agree by: one row in PostgreSQL that says which Redis is trusted, and under which epoch. Whatever Redis
 * holds lies under an epoch, so moving on to the next one (a *bump*) abandons all of it at once, wherever it is and
 * whoever can reach it. Nodes read the fence again and again, and use Redis only under a lease since the last read; so a
 * bump is known to all when a lease has passed. Throws `DatabaseUnavailable`; the connection is the fence's own.
 */
@Injectable()
export class Fence implements OnModuleInit, OnApplicationShutdown {
  private readonly connection: DedicatedConnection;
  private readonly reads = new NextInTurn(() => this.readNow());
  private reading: FenceReading | null = null;
  private unwatch?: () => void;

  constructor(
    database: Database,
    @Inject(COHERENCE_OPTIONS) private readonly options: CoherenceOptions,
  ) {
    this.connection = database.dedicated({
      name: 'portcullis (fence)',
      limitMs: ANSWER_LIMIT_MS,
      reachMs: options.fenceLeaseMs / CHECKS_PER_LEASE,
    });
  }

  async onModuleInit(): Promise<void> {
    this.unwatch = watchFence(this);
    await this.provide();
  }

  /**
   * Sees to it that every node waits for the leases of this one before it acknowledges a write. A longer one than any so
   * far needs a new epoch: who has read the fence before knows nothing of it, and nor does this node of what that one does.
   */
  async provide(): Promise<void> {
    let reading = await this.read();
    // Another node may bump at the same time, without our leases.
    while (!this.isProvidedBy(reading)) reading = await this.bump(reading.epoch, null);
  }

  async onApplicationShutdown(): Promise<void> {
    this.unwatch?.();
    await this.connection.close();
  }

  /** The last good reading. */
  get latest(): FenceReading | null {
    return this.reading;
  }

  get ageMs(): number | null {
    return this.reading && performance.now() - this.reading.sentAt.monotonic;
  }

  /**
   * Whether PostgreSQL is gone: less than a lease ago nobody was there to connect to. A write that is acknowledged after
   * its return waits out any new epoch for a lease, so until then the last reading stays true, unless others reach it still.
   */
  get isCutOff(): boolean {
    const { sinceNobodyMs } = this.connection;
    return sinceNobodyMs !== null && this.reading !== null && sinceNobodyMs < this.reading.leaseMs;
  }

  /** Whether the reading may still be acted on: for a lease, and while PostgreSQL is gone for the grace as well. */
  holds({ sentAt, leaseMs }: FenceReading): boolean {
    const graceMs = this.isCutOff ? this.options.databaseGraceMs : 0;
    return isWithin(leaseMs + graceMs, sentAt, thisMoment());
  }

  /** A reading that is sent after this call; callers share it. */
  read(): Promise<FenceReading> {
    return this.reads.run();
  }

  /** The same; but while PostgreSQL is gone it is the last one, as long as that holds, and nobody waits for another. */
  async readOrRecall(): Promise<FenceReading> {
    const recalled = this.recall();
    const reading = this.read().catch((error: unknown) => {
      const last = recalled ?? this.recall();
      if (last === null) throw error;
      return last;
    });
    return recalled ?? reading;
  }

  /**
   * Moves on from the epoch, and to the Redis that is trusted under the next one: null = none. If another node was
   * quicker, or it is too early to trust a Redis again, nothing changes. Answers a reading from afterwards.
   */
  async bump(from: string, redisIdentity: string | null): Promise<FenceReading> {
    await this.write(from, redisIdentity);
    return this.read();
  }

  /** Resolves when no node can be reading under an epoch before that of the reading. */
  async settled(reading: FenceReading): Promise<void> {
    // Timers count whole milliseconds, and may be early.
    while (unsettledMs(reading) > 0) await pause(Math.ceil(unsettledMs(reading)));
  }

  private isProvidedBy({ leaseMs, memoryLeaseMs }: FenceReading): boolean {
    return leaseMs >= this.options.fenceLeaseMs && memoryLeaseMs >= this.memoryLeaseMs;
  }

  private get memoryLeaseMs(): number {
    return this.options.memory?.leaseMs ?? 0;
  }

  private recall(): FenceReading | null {
    return this.isCutOff && this.reading && this.holds(this.reading) ? this.reading : null;
  }

  private async readNow(): Promise<FenceReading> {
    const sentAt = thisMoment();
    const row = await this.connection.row<FenceRow>(READ);
    if (!row) throw new Error('The table "fence" has lost its row.');
    const { writtenBy, readFrom, ...known } = row;
    if (writtenBy === readFrom) return this.keep({ ...known, sentAt });
    // Made just now; or restored or promoted, and may have lost what copies still hold.
    await this.write(known.epoch, null);
    return this.readNow();
  }

  private keep(read: Omit<FenceReading, 'epochSeenAt'>): FenceReading {
    const isKnown = this.reading?.epoch === read.epoch;
    this.reading = { ...read, epochSeenAt: isKnown ? this.reading!.epochSeenAt : performance.now() };
    return this.reading;
  }

  private async write(from: string, redisIdentity: string | null): Promise<void> {
    const changed = await this.connection.execute(
      `update fence set epoch = $2, redis_identity = $3, database_identity = ${DATABASE_IDENTITY}, changed_at = now(),
         lease_ms = greatest(lease_ms, $4), memory_lease_ms = greatest(memory_lease_ms, $7),
         returned_at = case when $3::text is null then returned_at else now() end,
         back_off_ms = case when $3::text is null then back_off_ms
           when now() < returned_at + 8 * back_off_ms * interval '1 ms' then least(back_off_ms * 2, $5) else $6 end
       where is_only and epoch = $1
         and ($3::text is null or now() >= returned_at + back_off_ms * interval '1 ms')`,
      [
        from,
        nextEpoch(from),
        redisIdentity,
        this.options.fenceLeaseMs,
        LONGEST_BACK_OFF_MS,
        SHORTEST_BACK_OFF_MS,
        this.memoryLeaseMs,
      ],
    );
    if (changed) fenceBumps.inc({ to: redisIdentity === null ? 'none' : 'redis' });
  }
}

/** How long some node may still be reading under an epoch before that of the reading. */
export function unsettledMs({ epochSeenAt, leaseMs }: FenceReading): number {
  return Math.max(0, epochSeenAt + leaseMs - performance.now());
}
