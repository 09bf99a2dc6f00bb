import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisConnection, RedisKeys } from '#redis';

const LIVES_MS = 10 * 60_000;

/**
 * Tells one Redis from another where `INFO` does not: by a random value in it, which every node replaces on every new
 * connection. So whatever ends connections (a restart, a restored snapshot, a fail-over) makes it another Redis, and so
 * does whatever loses keys; a node that starts or reconnects has all copies abandoned, too. What it cannot show are data
 * that are replaced under open connections.
 */
@Injectable()
export class Canary {
  private readonly logger = new Logger('Redis');
  private plantedOn: number | null = null;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  /** What takes the place of the identity. Throws `RedisUnavailable`. */
  async identity(): Promise<string> {
    const { generation } = this.redis;
    const value = await this.redis.run(async (redis) =>
      this.plantedOn === generation ? ((await this.look(redis)) ?? this.plant(redis)) : this.plant(redis),
    );
    this.announce();
    this.plantedOn = generation;
    return `canary/${value}`;
  }

  private look(redis: Redis): Promise<string | null> {
    return redis.getex(this.keys.canary, 'PX', LIVES_MS);
  }

  private async plant(redis: Redis): Promise<string> {
    const value = randomBytes(16).toString('base64url');
    await redis.set(this.keys.canary, value, 'PX', LIVES_MS);
    return value;
  }

  private announce(): void {
    if (this.plantedOn !== null) return;
    this.logger.warn(
      'This Redis hides which server it is (run_id and master_replid of INFO). A canary key takes their place: every new ' +
        'connection abandons all copies, and data that are replaced under open connections stay undetected.',
    );
  }
}
