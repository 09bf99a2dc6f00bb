import { Command } from 'ioredis';
import pg from 'pg';
import { openDatabase } from '#database';
import { createTestDatabase } from '#testing';
import { GatedNode, SCHEMA } from './gated-node.js';
import { RedisServer } from './redis-server.js';
import { Scheduler } from './scheduler.js';
import { VirtualClock } from './virtual-clock.js';

/** A node that closes its connections needs some. */
const TURNS_OF_PATIENCE = 1_000;
const NAMES = ['north', 'south'];
const REST_WITHIN_MS = 120_000;
const NOTIFIED_WITHIN_NS = 10_000_000_000n;

/** Two nodes, their PostgreSQL, the Redis that they use and the one that may take its place: all on one clock. */
export class World {
  nodes: GatedNode[] = [];
  readonly scheduler: Scheduler;
  /** The Redis that counts. */
  private current = 0;

  private constructor(
    readonly databaseUrl: string,
    readonly clock: VirtualClock,
    readonly postgres: pg.Client,
    private readonly servers: readonly RedisServer[],
  ) {
    this.scheduler = new Scheduler(clock, () => this.settled());
  }

  static async make(): Promise<World> {
    const url = await createTestDatabase();
    const opened = await openDatabase({
      ...SCHEMA,
      url,
      directUrl: null,
      dataDir: 'unused',
      poolSize: 1,
      migrateAtStart: true,
    });
    await opened.close();
    const servers = [await RedisServer.start(), await RedisServer.start()];
    const clock = await VirtualClock.install(url);
    const postgres = new pg.Client(url);
    await postgres.connect();
    return new World(url, clock, postgres, servers);
  }

  async remove(): Promise<void> {
    await this.stopNodes();
    await this.clock.remove();
    await this.postgres.end();
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  get redis(): RedisServer {
    return this.servers[this.current]!;
  }

  get otherRedis(): RedisServer {
    return this.servers[1 - this.current]!;
  }

  /** Nothing is left of what was before: no copy, no trust, no node. */
  async startNodes(): Promise<void> {
    await this.stopNodes();
    this.clock.forgetTimers();
    await this.postgres.query('update fence set redis_identity = null');
    await this.forgetBackOff();
    await this.postgres.query('delete from invalidations');
    await Promise.all(this.servers.map(({ client }) => client.flushall()));
    this.current = 0;
    this.scheduler.keepOrder();
    for (const name of NAMES) {
      const { databaseUrl, scheduler, clock } = this;
      const node = await GatedNode.make(name, { databaseUrl, redisUrl: this.redis.url, scheduler, clock });
      node.postgres.delivered = () => this.delivered();
      this.nodes.push(node);
      await this.goOnUntil(node.start());
      await this.scheduler.drain();
    }
  }

  async prepare(): Promise<void> {
    if (!(await this.heal())) throw new Error('Redis does not come into use.');
    await this.redis.client.flushall();
  }

  /** Takes all faults away; answers whether all comes to rest then: Redis in use, and no change left behind. */
  async heal(): Promise<boolean> {
    this.scheduler.keepOrder();
    await this.scheduler.drain(); // also of the faults that have not come yet
    await this.forgetBackOff();
    for (const { wire, postgres } of this.nodes) {
      postgres.doomed = false;
      if (wire.port !== this.redis.port) await wire.lose(this.redis.port, () => false);
    }
    const deadline = Date.now() + REST_WITHIN_MS;
    while (!(await this.isAtRest())) {
      if (Date.now() > deadline) return false;
      await this.scheduler.proceed();
    }
    await this.endFillLeases();
    return true;
  }

  /** Lets the scheduler go on until that is done, and nothing waits any more. */
  async goOnUntil<T>(done: Promise<T>): Promise<T> {
    const state = watch(done);
    await this.settled();
    while (!state.isDone) await this.scheduler.proceed();
    await this.scheduler.drain();
    return done;
  }

  /** A command that was sent to that server is carried out some time, though its connection has been lost. */
  later(port: number, { name, args }: Command): void {
    const { client } = this.servers.find((server) => server.port === port)!;
    const carryOut = () => client.sendCommand(new Command(name, args)) as Promise<unknown>;
    this.scheduler.add({ name: `late to Redis: ${name}`, lanes: [], carryOut });
  }

  /** The other Redis takes the place of the one that counts. */
  switchRedis(): void {
    this.current = 1 - this.current;
  }

  /** Redis may come back to its place at once after the last time that it did. */
  private async forgetBackOff(): Promise<void> {
    await this.clock.tellPostgres();
    await this.postgres.query(`update fence set back_off_ms = 1000, returned_at = now() - interval '1 hour'`);
  }

  private async isAtRest(): Promise<boolean> {
    if (!this.scheduler.isIdle || new Set(this.nodes.map(({ trust }) => trust.epoch ?? Symbol())).size > 1)
      return false;
    if (this.nodes.some(({ trust }) => trust.epoch === null)) return false;
    const { rowCount } = await this.postgres.query('select from invalidations limit 1');
    return rowCount === 0;
  }

  /** Whose owners are gone: else everybody would wait for them in vain, but time would end them. */
  private async endFillLeases(): Promise<void> {
    const leases = await this.redis.client.keys('*:lease');
    if (leases.length > 0) await this.redis.client.unlink(...leases);
  }

  /** All nodes listen; which one PostgreSQL tells first is not for it to decide. */
  private async delivered(): Promise<void> {
    const deadline = process.hrtime.bigint() + NOTIFIED_WITHIN_NS;
    while (!this.nodes.every(({ postgres }) => postgres.hasArrived)) {
      if (process.hrtime.bigint() > deadline) throw new Error('A notification has not come in.');
      await new Promise(setImmediate);
    }
    for (const { postgres } of this.nodes) postgres.hear();
  }

  /** What has just gone on has come to its next steps. */
  private async settled(): Promise<void> {
    do {
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    } while (this.nodes.some(({ wire }) => wire.isConnecting));
  }

  private async stopNodes(): Promise<void> {
    this.scheduler.keepOrder();
    for (const node of this.nodes) await this.whileAtWork(node.stop());
    this.nodes = [];
  }

  /** What a node does when it starts or stops is in part no step, and takes real time; but it may wait for a step. */
  private async whileAtWork(work: Promise<void>): Promise<void> {
    const state = watch(work);
    for (let turn = 1; !state.isDone; turn++) {
      const isStuck = !this.scheduler.isIdle || turn % TURNS_OF_PATIENCE === 0;
      await (isStuck ? this.scheduler.proceed() : this.settled());
    }
    await work;
  }
}

function watch(promise: Promise<unknown>): { isDone: boolean } {
  const state = { isDone: false };
  const done = () => {
    state.isDone = true;
  };
  promise.then(done, done);
  return state;
}
