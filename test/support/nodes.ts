import { randomBytes } from 'node:crypto';
import type { CoherenceOptions } from '#coherence';
import type { SessionGrant, SessionLimits } from '#sessions';
import { createTestDatabase, RedisUnderTest, TcpProxy } from '#testing';
import { KEY_PREFIX, PATIENT, QUICK, redisAt, SessionSystem } from './session-system.js';

const now = new Date();

/** Nodes on one PostgreSQL and one Redis, each with a way to Redis of its own that can be cut. */
export class Nodes {
  readonly systems: SessionSystem[] = [];
  readonly ways: TcpProxy[] = [];
  private readonly secretKeys = [randomBytes(32)];

  private constructor(
    readonly redis: RedisUnderTest,
    readonly databaseUrl: string,
    private readonly coherence: CoherenceOptions,
    private readonly limits: Partial<SessionLimits>,
  ) {}

  /** Nodes that notice a fault soon; and take a busy machine for one. */
  static quick(...nodes: ('on' | 'off')[]): Promise<Nodes> {
    return Nodes.start(QUICK, nodes);
  }

  static patient(...nodes: ('on' | 'off')[]): Promise<Nodes> {
    return Nodes.start(PATIENT, nodes);
  }

  static async start(
    coherence: CoherenceOptions,
    nodes: ('on' | 'off')[],
    limits: Partial<SessionLimits> = {},
  ): Promise<Nodes> {
    const started = new Nodes(await RedisUnderTest.start(), await createTestDatabase(), coherence, limits);
    for (const node of nodes) await started.add(node);
    return started;
  }

  async add(node: 'on' | 'off', more: { directUrl?: string } = {}): Promise<SessionSystem> {
    const way = await TcpProxy.to('127.0.0.1', this.redis.port);
    this.ways.push(way);
    const commandTimeoutMs = this.coherence === QUICK ? 100 : 2_000;
    const redis = node === 'on' ? { ...redisAt(`redis://127.0.0.1:${way.port}`), commandTimeoutMs } : null;
    const { databaseUrl: url, coherence, secretKeys } = this;
    const system = await SessionSystem.start(this.limits, { url, redis, coherence, secretKeys, ...more });
    this.systems.push(system);
    return system;
  }

  /** Whether each of the nodes accepts the session. */
  accept({ session }: SessionGrant): Promise<boolean[]> {
    return Promise.all(
      this.systems.map(async ({ store }) => (await store.find(session.userId, session.id, now)) !== null),
    );
  }

  async epoch(): Promise<string> {
    return (await this.systems[0]!.database.row<{ epoch: string }>('select epoch from fence'))!.epoch;
  }

  /** Where the copy of all sessions of the user lies. */
  async hashOf(userId: string): Promise<string> {
    return `${KEY_PREFIX}:${await this.epoch()}:sessions:{${userId}}`;
  }

  async inUse(): Promise<void> {
    const withRedis = this.systems.filter(({ trust }) => trust.state !== 'off');
    await Promise.all(withRedis.map((system) => system.redisInUse()));
  }

  async stop(): Promise<void> {
    this.redis.resume();
    await Promise.all(this.systems.map((system) => system.close()));
    await Promise.all(this.ways.map((way) => way.close()));
    await this.redis.stop();
  }
}
