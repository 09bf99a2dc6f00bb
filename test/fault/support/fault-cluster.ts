import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { PrivatePostgres, RedisUnderTest } from '#testing';
import { until } from '../../support/until.js';
import { FaultNode } from './fault-node.js';
import type { Downtime } from './history.js';

interface ClusterOptions {
  settings?: Record<string, string>;
  /** The main module of the server with this index, when it is not that of the build. */
  entryOf?: (index: number) => string | undefined;
  /** How many servers. */
  size?: number;
  /** Else it is the cluster's own. */
  redis?: RedisUnderTest;
}

const LOOK_EVERY_MS = 50;
/** A Redis that comes and goes, as it may seem on a busy machine, is trusted again after up to a minute. */
const RECOVERY_LIMIT_MS = 90_000;
const UNAVAILABLE = 503;
const SETTINGS = {
  REDIS__COMMAND_TIMEOUT_MS: '75',
  CACHE__MEMORY_LEASE_MS: '50',
  COHERENCE__FENCE_LEASE_MS: '300',
  COHERENCE__HANDOVER_MS: '100',
  SESSIONS__MAX_PER_USER: '10000',
  LOG__LEVEL: 'warn',
};

/** Servers, three unless told otherwise, on one PostgreSQL and one Redis, each with a way of its own between it and Redis. */
export class FaultCluster {
  readonly nodes: FaultNode[] = [];
  private readonly outages: Downtime[] = [];
  private readonly database: pg.Pool;

  private constructor(
    readonly postgres: PrivatePostgres,
    readonly redis: RedisUnderTest,
  ) {
    this.database = new pg.Pool({ connectionString: postgres.url });
    this.database.on('error', () => undefined); // an idle connection, which an outage has ended
  }

  static async start({ settings = {}, entryOf, size = 3, redis }: ClusterOptions = {}): Promise<FaultCluster> {
    const cluster = new FaultCluster(await PrivatePostgres.start(), redis ?? (await RedisUnderTest.start()));
    const shared = { ...SETTINGS, ...settings, DATABASE__URL: cluster.postgres.url };
    try {
      // One after another: the first makes the tables, and a busy machine starts one sooner than three at once.
      for (let index = 0; index < size; index++) {
        cluster.nodes.push(await FaultNode.start(index, cluster.redis.port, shared, entryOf?.(index)));
      }
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get downtimes(): Downtime[] {
    return [...this.outages, ...this.nodes.flatMap(({ downtimes }) => downtimes)];
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

  /** What happens here is an outage of PostgreSQL, until all nodes are ready again: they may answer 503, and nothing else. */
  async inOutage(happens: () => Promise<void>): Promise<void> {
    const from = performance.now();
    const outages = this.nodes.map(({ index: node }) => ({ node, from, to: Infinity, answers: UNAVAILABLE }));
    this.outages.push(...outages);
    await happens();
    await this.ready();
    for (const outage of outages) outage.to = performance.now();
  }

  /** Ends every fault, and what it would have follow. */
  async heal(): Promise<void> {
    this.postgres.resume();
    await this.postgres.startAgain();
    await this.forgetBackOff();
    this.redis.resume();
    await Promise.all(this.nodes.map((node) => node.heal(this.redis.port)));
  }

  /** Resolves when all nodes use Redis. */
  async inUse(): Promise<void> {
    await this.all((node) => node.trustsRedis());
  }

  async stop(): Promise<void> {
    await this.database.end();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.redis.stop();
    await this.postgres.stop();
  }

  private ready(): Promise<void> {
    return this.all((node) => node.isReady());
  }

  private async all(is: (node: FaultNode) => Promise<boolean>): Promise<void> {
    await until(async () => {
      await pause(LOOK_EVERY_MS); // to look is work, for a server that has enough of it
      return (await Promise.all(this.nodes.map(is))).every(Boolean);
    }, RECOVERY_LIMIT_MS);
  }
}
