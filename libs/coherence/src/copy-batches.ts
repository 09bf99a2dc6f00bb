import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { type CopyKey, RedisConnection, RedisKeys, RedisUnavailable } from '#redis';
import { type AnyPlan, type BatchedPlan, CopyBatch, type LoadMany, type Truths } from './copy-batch.js';
import type { Found } from './copy-plan.js';
import { type Fill, keepUnderLease, takeLease } from './fill-script.js';
import { RedisTrust } from './redis-trust.js';
import type { EpochInUse } from './shared-copies.js';

type Readable<Copy> = Pick<BatchedPlan<Copy, never>, 'key' | 'beside' | 'decode'>;

interface Claimed {
  plan: AnyPlan;
  fill: Fill;
}

/** What a look-up begins on, and stays on. */
interface Ground {
  epoch: string;
  generation: number;
}

/** Longer than a load may take, as for a single copy. */
const LEASE_MS = 5_000;
const LOOK_EVERY_MS = 5;
const PATIENCE_MS = 100;
/** Redis carries out one command at a time, and others wait. */
const KEYS_AT_ONCE = 500;

/**
 * Many copies at once, by the rules of `SharedCopies`: one MGET reads them, those that are missing are loaded together, and
 * each is kept only under its own fill lease. Of several callers, on one node or many, each loads what no other is loading,
 * and waits a little for the rest.
 */
@Injectable()
export class CopyBatches {
  /** Claims that have not been answered, so that their load has not begun: it will see whatever is committed by now. */
  private readonly joinable = new Map<CopyKey, Promise<Truths>>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: RedisKeys,
    @Inject(RedisTrust) private readonly inUse: EpochInUse,
  ) {}

  /** The copies, else the truths, in the order of the plans, of which no two have one key. Throws only what `load` throws. */
  async find<Copy, Truth, Plan extends BatchedPlan<Copy, Truth>>(
    plans: readonly Plan[],
    load: LoadMany<Plan, Truth>,
  ): Promise<Found<Copy, Truth>[]> {
    const batch = new CopyBatch(plans, load as LoadMany<AnyPlan, unknown>);
    await this.fill(batch).catch(unlessRedis);
    if (batch.missing.length > 0) batch.keepTruths(await batch.load(batch.missing), 'bypass');
    return batch.results() as Found<Copy, Truth>[];
  }

  /** The copies that are there, in the order of the plans; null = Redis cannot be used. Loads nothing. */
  async look<Copy>(plans: readonly Readable<Copy>[]): Promise<(Copy | null)[] | null> {
    return (await this.standing((ground) => this.read(plans, ground)).catch(unlessRedis)) ?? null;
  }

  /**
   * Loads anew those that nobody else is loading, and that are still missing under their fill lease. Answers false when
   * Redis cannot be used; then nothing has been loaded.
   */
  async refresh<Copy, Truth, Plan extends BatchedPlan<Copy, Truth>>(
    plans: readonly Plan[],
    load: LoadMany<Plan, Truth>,
  ): Promise<boolean> {
    const batch = new CopyBatch(plans, load as LoadMany<AnyPlan, unknown>);
    const refreshing = this.standing(async (ground) => {
      await this.fillOnce(batch, ground);
      return true;
    });
    return (await refreshing.catch(unlessRedis)) ?? false;
  }

  private async fill(batch: CopyBatch): Promise<void> {
    await this.standing(async (ground) => {
      batch.keepCopies(batch.missing, await this.read(batch.missing, ground));
      let deadline = performance.now() + PATIENCE_MS;
      while (batch.missing.length > 0 && performance.now() < deadline) {
        const before = batch.missing.length;
        await this.fillOnce(batch, ground);
        // Who has been loading has not been waiting.
        if (batch.missing.length < before) deadline = performance.now() + PATIENCE_MS;
        else await pause(LOOK_EVERY_MS);
      }
    });
  }

  /** What others are about to load is shared; the rest is claimed, and what could be claimed is loaded. */
  private async fillOnce(batch: CopyBatch, ground: Ground): Promise<void> {
    const shared = batch.missing.map(({ key }) => this.joinable.get(key)).filter((claim) => claim !== undefined);
    const unclaimed = batch.missing.filter(({ key }) => !this.joinable.has(key));
    const claims = new Set(shared);
    if (unclaimed.length > 0) claims.add(this.claim(batch, unclaimed, ground));
    for (const truths of await Promise.all(claims)) batch.keepTruths(truths, 'miss');
  }

  private claim(batch: CopyBatch, plans: readonly AnyPlan[], ground: Ground): Promise<Truths> {
    const fills = plans.map((plan) => this.newFill(plan, ground));
    const answered = this.ask(ground, (redis) =>
      Promise.all([
        Promise.all(fills.map((fill) => takeLease(redis, fill, LEASE_MS))),
        this.readBy(redis, plans, ground),
      ]),
    ).finally(() => plans.forEach(({ key }) => this.joinable.delete(key)));
    const claim = answered.then(([areOurs, copies]) => {
      batch.keepCopies(plans, copies);
      const ours = plans.map((plan, index) => ({ plan, fill: fills[index]! })).filter((_, index) => areOurs[index]);
      return this.loadUnder(batch, ours);
    });
    for (const { key } of plans) this.joinable.set(key, claim);
    return claim;
  }

  /** Those that another has filled a moment ago are only given up. */
  private async loadUnder(batch: CopyBatch, claimed: readonly Claimed[]): Promise<Truths> {
    const startedAt = performance.now();
    const toLoad = claimed.filter(({ plan }) => batch.isMissing(plan));
    let truths: Truths = new Map();
    try {
      if (toLoad.length > 0) truths = await batch.load(toLoad.map(({ plan }) => plan));
      return truths;
    } finally {
      await Promise.all(claimed.map((each) => this.keep(each, truths, performance.now() - startedAt)));
    }
  }

  private async keep({ plan, fill }: Claimed, truths: Truths, ageMs: number): Promise<void> {
    const truth = truths.get(plan.key);
    const written = truths.has(plan.key) ? plan.encode(truth) : null;
    const ttlMs = plan.ttlMs - ageMs;
    const content = ttlMs >= 1 ? written : null;
    const isKept = await this.redis.run((redis) => keepUnderLease(redis, fill, ttlMs, content)).catch(unlessRedis);
    if (written !== null) plan.stored?.(isKept === true, truth);
  }

  private read<Copy>(plans: readonly Readable<Copy>[], ground: Ground): Promise<(Copy | null)[]> {
    return this.ask(ground, (redis) => this.readBy(redis, plans, ground));
  }

  /** What lies beside several of them is read once. */
  private async readBy<Copy>(
    redis: Redis,
    plans: readonly Readable<Copy>[],
    { epoch }: Ground,
  ): Promise<(Copy | null)[]> {
    const keys = [...new Set(plans.flatMap(({ key, beside = [] }) => [key, ...beside]))];
    const names = keys.map((key) => this.keys.copy(epoch, key));
    const read = await Promise.all(inParts(names).map((part) => redis.mgetBuffer(...part)));
    const values = new Map(read.flat().map((value, index) => [keys[index]!, value]));
    return plans.map(({ key, beside = [], decode }) =>
      decode([key, ...beside].map((each) => values.get(each) ?? null)),
    );
  }

  private newFill({ key }: AnyPlan, { epoch }: Ground): Fill {
    return {
      copy: this.keys.copy(epoch, key),
      lease: this.keys.lease(epoch, key),
      token: randomBytes(12).toString('base64url'),
      joins: false,
    };
  }

  /** On one epoch and one connection from beginning to end. */
  private async standing<T>(act: (ground: Ground) => Promise<T>): Promise<T> {
    const { epoch } = this.inUse;
    if (epoch === null) throw new RedisUnavailable('it may not be used');
    return act({ epoch, generation: this.redis.generation });
  }

  private async ask<T>({ epoch, generation }: Ground, commands: (redis: Redis) => Promise<T>): Promise<T> {
    const isTheSame = this.inUse.epoch === epoch && this.redis.generation === generation;
    if (!isTheSame) throw new RedisUnavailable('it has changed meanwhile');
    return this.redis.run(commands);
  }
}

function inParts(names: readonly string[]): string[][] {
  const parts = [];
  for (let from = 0; from < names.length; from += KEYS_AT_ONCE) parts.push(names.slice(from, from + KEYS_AT_ONCE));
  return parts;
}

function unlessRedis(error: unknown): void {
  if (!(error instanceof RedisUnavailable)) throw error;
}
