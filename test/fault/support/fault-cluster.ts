import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, RedisUnderTest } from '#testing';
import { until } from '../../support/until.js';
import { FaultNode } from './fault-node.js';
import type { Downtime } from './history.js';

const NODES = 3;
const LOOK_EVERY_MS = 50;
const SETTINGS = {
  REDIS__COMMAND_TIMEOUT_MS: '100',
  COHERENCE__FENCE_LEASE_MS: '300',
  COHERENCE__HANDOVER_MS: '100',
  SESSIONS__MAX_PER_USER: '10000',
  LOG__LEVEL: 'warn',
};

/** Servers, three unless told otherwise, on one PostgreSQL and one Redis, each with a way of its own between it and Redis. */
export class FaultCluster {
  private constructor(
    readonly nodes: readonly FaultNode[],
    readonly redis: RedisUnderTest,
    private readonly database: pg.Pool,
  ) {}

  /** @param entry of the servers, when it is not that of the build */
  static async start(settings: Record<string, string> = {}, entry?: string, size = NODES): Promise<FaultCluster> {
    const url = await createTestDatabase();
    const redis = await RedisUnderTest.start();
    const shared = { ...SETTINGS, ...settings, DATABASE__URL: url };
    const nodes = await Promise.all(
      Array.from({ length: size }, (_, index) => FaultNode.start(index, redis.port, shared, entry)),
    );
    return new FaultCluster(nodes, redis, new pg.Pool({ connectionString: url }));
  }

  get downtimes(): Downtime[] {
    return this.nodes.flatMap(({ downtimes }) => downtimes);
  }

  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(text, values)).rows;
  }

  async epoch(): Promise<number> {
    const [fence] = await this.sql<{ epoch: string }>('select epoch from fence');
    return Number.parseInt(fence!.epoch, 10);
  }

  /** As if Redis had long been well: else each fault would be followed by a longer wait than the one before. */
  async forgetBackOff(): Promise<void> {
    await this.sql(`update fence set back_off_ms = 1000, returned_at = now() - interval '1 hour'`);
  }

  /** Ends every fault. */
  async heal(): Promise<void> {
    this.redis.resume();
    await Promise.all(this.nodes.map((node) => node.heal(this.redis.port)));
  }

  /** Resolves when all nodes use Redis. */
  async inUse(): Promise<void> {
    await until(async () => {
      await pause(LOOK_EVERY_MS); // to look is work, for a server that has enough of it
      return (await Promise.all(this.nodes.map((node) => node.trustsRedis()))).every(Boolean);
    });
  }

  async stop(): Promise<void> {
    await this.database.end();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.redis.stop();
  }
}
