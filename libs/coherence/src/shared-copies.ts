import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { type CopyKey, RedisConnection, RedisKeys, RedisUnavailable } from '#redis';
import { measureLoad } from './coherence.metrics.js';
import type { CopyPlan, Found, Loaded, Read } from './copy-plan.js';
import { type Content, type Fill, keepUnderLease, takeLease } from './fill-script.js';
import { RedisTrust } from './redis-trust.js';

/** What says under which epoch Redis may be used at this moment; null = it may not. */
export interface EpochInUse {
  readonly epoch: string | null;
  /** Whether it may be used although nobody can say any more that it is of now: memory keeps nothing of it. */
  readonly isInGrace?: boolean;
}

/** What a look-up began on, and stays on; and whether it asks for how much longer a copy may be served. */
interface Ground {
  epoch: string;
  generation: number;
  withTtl: boolean;
}

/** Longer than a load may take: PostgreSQL has 2 s to give a connection, and as much to answer. */
const LEASE_MS = 5_000;
const LOOK_EVERY_MS = 5;
/** How long a copy that another is filling is waited for. */
const PATIENCE_MS = 100;

/**
 * The copies in Redis, which all nodes share. A hit is one plain read. On a miss the truth is loaded under a *fill lease*,
 * a token beside the key, and kept only if the token is still there: a change removes value and lease together, so what
 * was read before the change is not kept. While one node fills a copy the others wait a little for it, so that a crowd
 * does not load the same thing. Where Redis may not be used, everything is loaded and nothing kept.
 */
@Injectable()
export class SharedCopies {
  /** Fills whose load has not begun yet: it will see whatever is committed by now, so it may be shared. */
  private readonly joinable = new Map<CopyKey, Promise<Found<unknown, unknown> | null>>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: RedisKeys,
    @Inject(RedisTrust) private readonly trust: EpochInUse,
  ) {}

  /** The copy, else the truth. Throws only what `load` throws. */
  async find<Copy, Truth>(plan: CopyPlan<Copy, Truth>, { withTtl = false } = {}): Promise<Found<Copy, Truth>> {
    const { epoch } = this.trust;
    if (epoch === null) return loadOnly(plan);
    const ground = { epoch, generation: this.redis.generation, withTtl };
    try {
      const read = await this.ask(ground, (redis) => this.read(redis, plan, ground));
      if (read !== null) return read;
      return (await this.join(plan)) ?? (await this.fill(plan, ground)) ?? (await this.awaitOther(plan, ground));
    } catch (error) {
      if (error instanceof RedisUnavailable) return loadOnly(plan);
      throw error;
    }
  }

  /** The truth that another caller is about to load. A copy that it comes across may lack what this one asks for. */
  private async join<Truth>({ key }: CopyPlan<unknown, Truth>): Promise<Loaded<Truth> | null> {
    const joined = (await this.joinable.get(key)) as Found<unknown, Truth> | null | undefined;
    return joined && 'truth' in joined ? joined : null;
  }

  private fill<Copy, Truth>(plan: CopyPlan<Copy, Truth>, ground: Ground): Promise<Found<Copy, Truth> | null> {
    const filling = this.fillUnderLease(plan, ground);
    this.joinable.set(plan.key, filling);
    return filling;
  }

  /** Null while another has the lease. Looks once more under it: another may have filled the copy a moment ago. */
  private async fillUnderLease<Copy, Truth>(
    plan: CopyPlan<Copy, Truth>,
    ground: Ground,
  ): Promise<Found<Copy, Truth> | null> {
    const fill = this.newFill(plan, ground);
    const [isOurs, read] = await this.ask(ground, (redis) =>
      Promise.all([takeLease(redis, fill, LEASE_MS), this.read(redis, plan, ground)]),
    ).finally(() => this.joinable.delete(plan.key));
    if (isOurs && read === null) return this.loadUnder(fill, plan);
    if (isOurs) await this.giveUp(fill);
    return read;
  }

  private async loadUnder<Truth>(fill: Fill, plan: CopyPlan<unknown, Truth>): Promise<Loaded<Truth>> {
    const startedAt = performance.now();
    try {
      const truth = await measureLoad(plan);
      const content = plan.encode(truth);
      const isKept = await this.keep(fill, content, plan.ttlMs - (performance.now() - startedAt));
      if (content !== null) plan.stored?.(isKept, truth);
      return { truth, how: 'miss' };
    } catch (error) {
      await this.giveUp(fill);
      throw error;
    }
  }

  /** Whether it was kept. Without content, or too late, only the lease is given up. */
  private async keep(fill: Fill, content: Content | null, ttlMs: number): Promise<boolean> {
    const kept = ttlMs >= 1 ? content : null;
    const keeping = this.redis.run((redis) => keepUnderLease(redis, fill, ttlMs, kept));
    return keeping.catch(unlessRedis).then((isKept) => isKept === true);
  }

  private async giveUp(fill: Fill): Promise<void> {
    await this.keep(fill, null, 0);
  }

  private async awaitOther<Copy, Truth>(plan: CopyPlan<Copy, Truth>, ground: Ground): Promise<Found<Copy, Truth>> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      await pause(LOOK_EVERY_MS);
      const found = (await this.join(plan)) ?? (await this.fill(plan, ground));
      if (found) return found;
    }
    return loadOnly(plan);
  }

  /** Another epoch, or another connection and so perhaps another server: what is found there may be of another time. */
  private async ask<T>({ epoch, generation }: Ground, commands: (redis: Redis) => Promise<T>): Promise<T> {
    const isTheSame = this.trust.epoch === epoch && this.redis.generation === generation;
    if (!isTheSame) throw new RedisUnavailable('it has changed meanwhile');
    return this.redis.run(commands);
  }

  private async read<Copy>(
    redis: Redis,
    plan: CopyPlan<Copy, unknown>,
    { epoch, withTtl }: Ground,
  ): Promise<Read<Copy> | null> {
    const key = this.keys.copy(epoch, plan.shared ?? plan.key);
    const [values, ttlMs] = await Promise.all([this.valuesOf(redis, plan, key, epoch), withTtl ? redis.pttl(key) : 0]);
    const copy = plan.decode(values);
    if (copy === null) return null;
    return {
      copy,
      how: 'L2',
      ttlMs: this.trust.isInGrace ? 0 : ttlMs,
      bytes: values.reduce((sum, value) => sum + (value?.length ?? 0), 0),
    };
  }

  private async valuesOf(
    redis: Redis,
    { fields, beside = [] }: CopyPlan<unknown, unknown>,
    key: string,
    epoch: string,
  ): Promise<(Buffer | null)[]> {
    if (fields) return redis.hmgetBuffer(key, ...fields);
    if (beside.length === 0) return [await redis.getBuffer(key)];
    return redis.mgetBuffer(key, ...beside.map((each) => this.keys.copy(epoch, each)));
  }

  private newFill({ key, shared }: CopyPlan<unknown, unknown>, { epoch }: Ground): Fill {
    return {
      copy: this.keys.copy(epoch, shared ?? key),
      joins: shared !== undefined,
      lease: this.keys.lease(epoch, key),
      token: randomBytes(12).toString('base64url'),
    };
  }
}

async function loadOnly<Truth>(plan: CopyPlan<unknown, Truth>): Promise<Loaded<Truth>> {
  return { truth: await measureLoad(plan), how: 'bypass' };
}

function unlessRedis(error: unknown): void {
  if (!(error instanceof RedisUnavailable)) throw error;
}
