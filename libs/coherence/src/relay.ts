import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database, type DedicatedConnection } from '#database';
import { outboxLength, outboxOldestAge } from './coherence.metrics.js';
import { HAND_OVER_CHANNEL, Outbox } from './outbox.js';
import { RedisTrust } from './redis-trust.js';
import { Removal } from './removal.js';

const EVERY_MS = 1_000;
/** Younger ones are still in the hands of who made the change. */
const LEFT_BEHIND_MS = 1_000;
/** Nobody who can reach Redis has taken care of it. */
const FORSAKEN_MS = 5_000;
const LISTEN_LIMIT_MS = 2_000;

/**
 * Carries out what others could not: changes whose node died before their copies were removed, every second; and at once
 * those of a node that cannot reach Redis, which says so by a notification.
 */
@Injectable()
export class Relay implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private readonly listening: DedicatedConnection;
  private timer?: NodeJS.Timeout;
  private round: Promise<void> | null = null;
  private heard: unknown = null;
  private readonly takingOver = new Set<Promise<void>>();

  constructor(
    database: Database,
    private readonly outbox: Outbox,
    private readonly removal: Removal,
    private readonly trust: RedisTrust,
  ) {
    this.listening = database.dedicated({ name: 'portcullis (relay)', limitMs: LISTEN_LIMIT_MS });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.tick(), EVERY_MS).unref();
    void this.tick();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.listening.close();
    await Promise.all([this.round, ...this.takingOver]);
  }

  private tick(): Promise<void> {
    this.round ??= this.workOff()
      .catch((error: unknown) => this.note(error, 'carry out what was left behind'))
      .finally(() => {
        this.round = null;
      });
    return this.round;
  }

  private async workOff(): Promise<void> {
    if (this.trust.state !== 'off') await this.listen().catch((error: unknown) => this.note(error, 'listen'));
    const left = await this.outbox.olderThan(LEFT_BEHIND_MS);
    outboxOldestAge.set((left[0]?.ageMs ?? 0) / 1_000);
    outboxLength.set(left.length);
    for (const invalidation of left) {
      if (await this.removal.finishForAnother(invalidation)) continue;
      if (invalidation.ageMs >= FORSAKEN_MS) await this.removal.abandonRedis();
    }
  }

  /** To listen again changes nothing, and shows whether the connection still lives. */
  private async listen(): Promise<void> {
    const client = await this.listening.client();
    if (client !== this.heard) client.on('notification', ({ payload }) => this.hear(payload ?? ''));
    this.heard = client;
    await this.listening.execute(`listen ${HAND_OVER_CHANNEL}`);
  }

  private hear(id: string): void {
    const taking = this.takeOver(id).finally(() => this.takingOver.delete(taking));
    this.takingOver.add(taking);
  }

  private async takeOver(id: string): Promise<void> {
    try {
      const invalidation = await this.outbox.find(id);
      if (invalidation) await this.removal.finishForAnother(invalidation);
    } catch (error) {
      this.note(error, 'take over');
    }
  }

  /** Not worth a warning: PostgreSQL is down, which is said elsewhere, or another node is quicker. */
  private note(err: unknown, what: string): void {
    this.logger.debug({ err }, `The relay could not ${what}, and will try again`);
  }
}
