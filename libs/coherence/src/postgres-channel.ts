import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Database, DedicatedConnection } from '#database';
import type { CopyKey } from '#redis';
import { writeAnnouncements } from './announcement.js';
import type { Fence } from './fence.js';
import { type Announced, InvalidationChannel } from './invalidation-channel.js';
import { NextInTurn } from './next-in-turn.js';
import { ANNOUNCEMENTS, PostgresListener } from './postgres-listener.js';

const ANSWER_LIMIT_MS = 2_000;

/**
 * Announcements by NOTIFY, which PostgreSQL delivers in the order of their commits. A notification that a listener sends
 * to itself arrives after all that were sent before it, so having heard it is the lease. Works with Redis on, off, or on
 * in some processes only. A process without copies in memory announces, and does not listen.
 */
export class PostgresChannel extends InvalidationChannel implements OnModuleInit, OnApplicationShutdown {
  /** What is lost in a crash is announced again from the outbox, so nothing waits for the disk. */
  private readonly speaking: DedicatedConnection;
  private readonly listener: PostgresListener | null;
  private unsaid: Announced[] = [];
  private readonly saying = new NextInTurn(() => this.sayAll());

  /** @param leaseMs null = there is nothing in memory */
  constructor(database: Database, fence: Fence, leaseMs: number | null) {
    super();
    this.speaking = database.dedicated({
      name: 'portcullis (announcements)',
      limitMs: ANSWER_LIMIT_MS,
      settings: { synchronous_commit: 'off' },
    });
    this.listener =
      leaseMs === null
        ? null
        : new PostgresListener(database, {
            leaseMs,
            fence,
            speaking: this.speaking,
            heard: (what) => this.tellHere(what),
          });
  }

  async onModuleInit(): Promise<void> {
    await this.listener?.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener?.stop();
    await this.speaking.close();
  }

  /** Callers at the same time share a statement. */
  async announce(what: Announced): Promise<void> {
    this.unsaid.push(what);
    await this.saying.run();
  }

  get isListening(): boolean {
    return this.listener?.isListening ?? false;
  }

  get isLeased(): boolean {
    return this.listener?.isLeased ?? false;
  }

  renew(): Promise<boolean> {
    return this.listener?.renew() ?? Promise.resolve(false);
  }

  private async sayAll(): Promise<void> {
    const unsaid = this.unsaid;
    this.unsaid = [];
    const notifications = writeAnnouncements(unsaid.includes('all') ? 'all' : (unsaid.flat() as CopyKey[]));
    await this.speaking.execute('select pg_notify($1, said) from unnest($2::text[]) as said', [
      ANNOUNCEMENTS,
      notifications,
    ]);
  }
}
