import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { RedisConnection, RedisUnavailable, type ServerFacts, whyUnsuitable } from '#redis';
import { Canary } from './canary.js';
import { redisState } from './coherence.metrics.js';
import { CHECKS_PER_LEASE, Fence, type FenceReading } from './fence.js';
import { InvalidationChannel } from './invalidation-channel.js';
import { isWithin, type Moment, thisMoment } from './lease.js';

/**
 * - `off`: there is no Redis.
 * - `connecting`: it cannot be reached, or does not answer.
 * - `verifying`: it answers; which one it is, and whether the fence names it, is being found out.
 * - `trusted`: it may be used.
 * - `distrusted`: it answers, but is not the one that the fence names, or must not be used, or PostgreSQL cannot say.
 */
const REDIS_STATES = ['off', 'connecting', 'verifying', 'trusted', 'distrusted'] as const;
export type RedisState = (typeof REDIS_STATES)[number];

interface Verified {
  identity: string;
  generation: number;
  sentAt: Moment;
}

type Identified = ServerFacts & ({ unsuitable: string } | { unsuitable: null; identity: string });

/**
 * Decides whether Redis may be used now. It may while the last reading of the fence and the last look at which Redis is
 * behind the connection agree, and both were sent less than a lease ago; both are repeated four times a lease. A Redis
 * that restarted, was restored, failed over or was promoted is another one: it is trusted again only under a new epoch.
 * While PostgreSQL is gone the last reading counts for a grace, on the connection on which it was last confirmed.
 * Says so in one line of the log for every loss and every return.
 */
@Injectable()
export class RedisTrust implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private verified: Verified | null = null;
  /** Of the Redis that was looked at last, over all connections. */
  private lastIdentity: string | null = null;
  private current: RedisState;
  private why: string | null = null;
  private timer?: NodeJS.Timeout;
  private checking: Promise<void> | null = null;
  private isClosed = false;
  private said: RedisState | 'grace' | null = null;

  constructor(
    private readonly redis: RedisConnection,
    private readonly fence: Fence,
    private readonly canary: Canary,
    private readonly channel: InvalidationChannel,
  ) {
    this.current = redis.isOff ? 'off' : 'connecting';
    publish(this.current);
  }

  get state(): RedisState {
    return this.current;
  }

  /** Why Redis is not used, for people; null when it is used, or off. */
  get reason(): string | null {
    return this.why;
  }

  /** The epoch under which Redis may be used at this moment; null = it may not. */
  get epoch(): string | null {
    const reading = this.fence.latest;
    return reading && this.serves(reading) && this.fence.holds(reading) ? reading.epoch : null;
  }

  /** Whether Redis is in use although PostgreSQL is gone. */
  get isInGrace(): boolean {
    return this.fence.isCutOff && this.epoch !== null;
  }

  /** Whether this process can remove copies from the Redis that the reading names. */
  serves({ redisIdentity, leaseMs }: FenceReading): boolean {
    const { verified } = this;
    return (
      verified !== null &&
      verified.identity === redisIdentity &&
      verified.generation === this.redis.generation &&
      this.redis.isUp &&
      isWithin(leaseMs, verified.sentAt, thisMoment())
    );
  }

  async onModuleInit(): Promise<void> {
    if (this.redis.isOff) return;
    this.redis.onChange(() => this.checkSoon(0));
    await this.check();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.checking;
  }

  private checkSoon(inMs: number): void {
    if (this.isClosed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), inMs).unref();
  }

  /** Never rejects, and always sees to the next check. A change during a check has another follow at once. */
  private check(): Promise<void> {
    this.checking ??= this.checkOnce().finally(() => {
      this.checking = null;
    });
    return this.checking;
  }

  private async checkOnce(): Promise<void> {
    const { generation, isUp } = this.redis;
    try {
      if (!isUp) throw new RedisUnavailable(this.redis.failure);
      await this.verify(generation);
    } catch (error) {
      this.failed(error as Error);
    }
    const isNews = this.redis.generation !== generation || this.redis.isUp !== isUp;
    this.checkSoon(isNews ? 0 : (this.fence.latest?.leaseMs ?? 1_000) / CHECKS_PER_LEASE);
  }

  private async verify(generation: number): Promise<void> {
    const isNew = this.verified?.generation !== generation;
    if (isNew) this.become('verifying', 'it is being verified');
    // First, for a Redis of which nobody can say whether it is trusted is left as it is.
    const reading = await (isNew ? this.fence.read() : this.fence.readOrRecall());
    const sentAt = thisMoment();
    const found = await this.identify();
    if (this.redis.generation !== generation) return;
    this.forgetUnlessSame(found.unsuitable === null ? found.identity : null);
    if (!found.isMaster) this.redis.findMaster();
    if (found.unsuitable !== null) {
      this.verified = null;
      return this.become('distrusted', found.unsuitable);
    }
    const { identity } = found;
    this.verified = { identity, generation, sentAt };
    const agreed = reading.redisIdentity === identity ? reading : await this.fence.bump(reading.epoch, identity);
    this.judge(identity, agreed);
  }

  /** What was read from another one since the last look may be of any time, and memory may have kept it. */
  private forgetUnlessSame(identity: string | null): void {
    if (this.lastIdentity !== null && identity !== this.lastIdentity) this.channel.tellHere('all');
    this.lastIdentity = identity;
  }

  private async identify(): Promise<Identified> {
    const facts = await this.redis.facts();
    const unsuitable = whyUnsuitable(facts) ?? (facts.isMaster ? null : 'it is a replica');
    if (unsuitable !== null) return { ...facts, unsuitable };
    return { ...facts, unsuitable, identity: facts.identity ?? (await this.canary.identity()) };
  }

  private judge(identity: string, { redisIdentity }: FenceReading): void {
    if (this.epoch !== null) this.become('trusted', null);
    else if (redisIdentity === identity)
      this.become('distrusted', 'PostgreSQL or Redis takes longer than the fence lease');
    else this.become('distrusted', 'it is not the one that is trusted, and one was trusted anew too short a time ago');
  }

  private failed(error: Error): void {
    if (this.epoch !== null) return; // the lease lasts, and so does the use
    if (error instanceof RedisUnavailable) this.become('connecting', error.reason);
    else this.become('distrusted', `the fence cannot be read: ${error.message}`);
  }

  private become(state: RedisState, why: string | null): void {
    this.current = state;
    this.why = why;
    publish(state);
    const news = this.isInGrace ? 'grace' : state;
    if (news === 'verifying' || news === this.said) return;
    this.said = news;
    if (news === 'grace') this.logger.warn('Redis is in use for a while without PostgreSQL, which cannot be reached.');
    else if (news === 'trusted') this.logger.log('Redis is in use.');
    else this.logger.warn(`Redis is not in use: ${why}.`);
  }
}

function publish(state: RedisState): void {
  for (const each of REDIS_STATES) redisState.set({ state: each }, each === state ? 1 : 0);
}
