import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Notification } from 'pg';
import { type Database, type DedicatedConnection } from '#database';
import { readAnnouncement } from './announcement.js';
import type { Fence } from './fence.js';
import type { Announced } from './invalidation-channel.js';
import { isWithin, type Moment, thisMoment } from './lease.js';

/** Where processes announce to each other which copies are no longer true. */
export const ANNOUNCEMENTS = 'portcullis_announcements';

const BEATS_PER_LEASE = 4;
/** How long a caller waits for a heartbeat; one that takes longer is not waited for by anybody. */
const PATIENCE_MS = 20;
/** A connection that does not answer for so long is lost. */
const ANSWER_LIMIT_MS = 1_000;
const AGAIN_AFTER_MS = 1_000;

/** A notification to oneself, on its way. */
interface Heartbeat {
  number: string;
  sentAt: Moment;
  /** Resolves when it, or the loss of the connection, has been heard. */
  ended: Promise<void>;
  end: () => void;
  /** What callers wait for: its end, but not for long. */
  waited?: Promise<void>;
}

export interface ListenerOptions {
  leaseMs: number;
  fence: Fence;
  /** Another connection, by which this one is shown to hear. */
  speaking: DedicatedConnection;
  heard: (what: Announced) => void;
}

type Client = Awaited<ReturnType<DedicatedConnection['client']>>;

/**
 * The listening half of the channel: a connection past any pooler, a heartbeat four times a lease while memory is being
 * read, and none at rest. When the connection is lost everything is forgotten, and another is opened.
 */
export class PostgresListener {
  private readonly logger = new Logger('Memory');
  private readonly connection: DedicatedConnection;
  /** A channel of its own: what one process sends to itself no other has to read. */
  private readonly ownChannel = `portcullis_heartbeat_${randomBytes(8).toString('hex')}`;
  private client: Client | null = null;
  private leasedAt: Moment | null = null;
  private lastBeatAt = Number.NEGATIVE_INFINITY;
  private beat: Heartbeat | null = null;
  private beats = 0;
  /** Until the statement is answered: a connection carries out one at a time. */
  private isSending = false;
  private opening: Promise<void> | null = null;
  private timer?: NodeJS.Timeout;
  private isStopped = false;
  private hasWarned = false;

  constructor(
    database: Database,
    private readonly options: ListenerOptions,
  ) {
    this.connection = database.dedicated({
      name: 'portcullis (listener)',
      limitMs: ANSWER_LIMIT_MS,
      settings: { synchronous_commit: 'off' },
    });
  }

  /** Never rejects: without a channel nothing is served from memory, and all else goes on. */
  start(): Promise<void> {
    this.opening ??= this.open()
      .catch((error: unknown) => this.lose(error))
      .finally(() => {
        this.opening = null;
      });
    return this.opening;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.connection.close();
    await this.opening;
  }

  get isListening(): boolean {
    return this.client !== null;
  }

  get isLeased(): boolean {
    const { leasedAt } = this;
    const now = performance.now();
    const pauseMs = this.beat ? ANSWER_LIMIT_MS : this.options.leaseMs / BEATS_PER_LEASE;
    if (this.client && !this.isSending && now - this.lastBeatAt >= pauseMs) this.send();
    return (
      leasedAt !== null &&
      now - leasedAt.monotonic < this.options.leaseMs &&
      Date.now() - leasedAt.wall < this.options.leaseMs
    );
  }

  /** The callers of a moment share a heartbeat. */
  async renew(): Promise<boolean> {
    if (!this.client || (this.isSending && !this.beat)) return false;
    const beat = this.beat ?? this.send();
    if (!isWithin(PATIENCE_MS, beat.sentAt, thisMoment())) return false;
    beat.waited ??= Promise.race([beat.ended, pause(PATIENCE_MS, undefined, { ref: false })]);
    await beat.waited;
    return this.isLeased;
  }

  /** Not the answer to the statement counts, but that the notification arrives, which may be sooner. */
  private send(): Heartbeat {
    const sentAt = thisMoment();
    const { promise: ended, resolve: end } = deferred();
    const beat: Heartbeat = { number: String(++this.beats), sentAt, ended, end };
    this.beat = beat;
    this.lastBeatAt = sentAt.monotonic;
    this.isSending = true;
    this.notifySelf(this.connection, beat.number)
      .catch((error: unknown) => this.lose(error))
      .finally(() => (this.isSending = false));
    return beat;
  }

  private async notifySelf(by: DedicatedConnection, text: string): Promise<void> {
    await by.execute('select pg_notify($1, $2)', [this.ownChannel, text]);
  }

  private async open(): Promise<void> {
    const client = await this.connection.client();
    if (client === this.client) return;
    client.on('notification', (notification) => this.hear(client, notification));
    client.once('end', () => client === this.client && this.lose(new Error('the connection has ended')));
    await this.connection.execute(`listen ${ANNOUNCEMENTS}`);
    await this.connection.execute(`listen ${this.ownChannel}`);
    const isHeard = await this.hearsOthers(client);
    if ((await this.connection.client()) !== client) throw new Error('the connection was lost meanwhile');
    if (!isHeard) throw new Error('it hears nothing; a pooler between needs DATABASE__DIRECT_URL');
    await this.options.fence.provide();
    if ((await this.connection.client()) !== client) throw new Error('the connection was lost meanwhile');
    this.client = client;
    if (this.hasWarned) this.logger.log('Copies in memory are in use again.');
    this.hasWarned = false;
  }

  /** Whether this connection hears what another one says: behind a pooler it may not. */
  private async hearsOthers(client: Client): Promise<boolean> {
    const waiting = new AbortController();
    const { promise, resolve } = deferred();
    const hear = ({ payload }: Notification) => payload === PROOF && resolve();
    client.on('notification', hear);
    try {
      const limit = pause(2 * ANSWER_LIMIT_MS, false, { ref: false, signal: waiting.signal });
      const heard = Promise.race([promise.then(() => true), limit]);
      heard.catch(() => undefined); // when saying it has failed, nobody waits
      await this.notifySelf(this.options.speaking, PROOF);
      return await heard;
    } finally {
      waiting.abort();
      client.off('notification', hear);
    }
  }

  private hear(client: Client, { channel, payload = '' }: Notification): void {
    if (client !== this.client) return; // nothing is kept yet, or any more
    if (channel === ANNOUNCEMENTS) return this.options.heard(readAnnouncement(payload));
    if (payload !== this.beat?.number) return;
    this.leasedAt = this.beat.sentAt;
    this.endBeat();
  }

  private endBeat(): void {
    this.beat?.end();
    this.beat = null;
  }

  /** Something may have been announced that was not heard. */
  private lose(error: unknown): void {
    this.client = null;
    this.leasedAt = null;
    this.connection.drop(); // with all who listen to it
    this.options.heard('all');
    this.endBeat();
    if (this.isStopped) return;
    if (!this.hasWarned) this.logger.warn(`Copies in memory are not in use: ${(error as Error).message}.`);
    this.hasWarned = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), AGAIN_AFTER_MS).unref();
  }
}

const PROOF = 'proof';

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
