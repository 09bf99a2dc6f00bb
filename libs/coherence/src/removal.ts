import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type CopyKey, RedisConnection, RedisKeys, RedisUnavailable } from '#redis';
import { COHERENCE_OPTIONS, type CoherenceOptions } from './coherence.options.js';
import { CHECKS_PER_LEASE, Fence, type FenceReading, unsettledMs } from './fence.js';
import { InvalidationChannel } from './invalidation-channel.js';
import { type Invalidation, Outbox } from './outbox.js';
import { RedisTrust } from './redis-trust.js';

/**
 * What a write waits for: `final` = until nobody is served a copy from before it; `bounded` = somebody may be, from the
 * memory of another process, for as long as the longest lease of any memory.
 */
export type Visibility = 'final' | 'bounded';

const LOOK_EVERY_MS = 10;

/**
 * Makes committed changes final: removes their copies from Redis, by this node, by another, or by having all nodes
 * abandon everything that Redis holds; then waits until nobody can be reading what was removed. Removing again does no
 * harm, so any number of nodes may be at the same change.
 */
@Injectable()
export class Removal {
  constructor(
    private readonly fence: Fence,
    private readonly trust: RedisTrust,
    private readonly redis: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly outbox: Outbox,
    private readonly channel: InvalidationChannel,
    @Inject(COHERENCE_OPTIONS) private readonly options: CoherenceOptions,
  ) {}

  /** When this resolves no node, whatever it can reach, serves a copy from before the change. */
  async finish(invalidation: Invalidation, visibility: Visibility): Promise<void> {
    const reading = await this.fence.read();
    const isRemoved = await this.removeHere(invalidation, reading);
    const final = isRemoved ? reading : await this.removeElsewhere(invalidation, reading);
    const announcedAt = await this.settle(invalidation, final);
    if (visibility === 'final') await passed(announcedAt + final.memoryLeaseMs);
  }

  /** The same for a change of whoever did not come to its end; answers false when another node must do it. */
  async finishForAnother(invalidation: Invalidation): Promise<boolean> {
    const reading = await this.fence.read();
    const isRemoved = await this.removeHere(invalidation, reading);
    if (isRemoved) await this.settle(invalidation, reading);
    return isRemoved;
  }

  /** Has all nodes abandon what Redis holds. */
  async abandonRedis(): Promise<void> {
    const { epoch, redisIdentity } = await this.fence.read();
    if (redisIdentity !== null) await this.fence.bump(epoch, null);
  }

  /** The fence was read after the commit: under its epoch, or a later one, every fill that begins now reads the new value. */
  private async removeHere({ keys }: Invalidation, reading: FenceReading): Promise<boolean> {
    if (reading.redisIdentity === null) return true;
    return this.trust.serves(reading) && (await this.delete(reading.epoch, keys));
  }

  /** By another node, or by this one if it can again; at last by abandoning all copies, unless that has happened meanwhile. */
  private async removeElsewhere(invalidation: Invalidation, reading: FenceReading): Promise<FenceReading> {
    const { id } = invalidation;
    await this.outbox.handOver(id);
    // The other waits until the epoch has settled, too, and may have seen it later than we have.
    const settlingMs = unsettledMs(reading) && unsettledMs(reading) + reading.leaseMs / CHECKS_PER_LEASE;
    const deadline = performance.now() + settlingMs + this.options.handoverMs;
    while (performance.now() < deadline) {
      await pause(LOOK_EVERY_MS);
      if (!(await this.outbox.has(id))) return this.fence.read();
      if (await this.removeHere(invalidation, reading)) return reading;
    }
    return this.fence.bump(reading.epoch, null);
  }

  /**
   * Memory is told last: told before, it could be filled once more from what some node still reads under an old epoch.
   * Answers when it was told, or could not have been later.
   */
  private async settle({ id, keys }: Invalidation, reading: FenceReading): Promise<number> {
    await this.fence.settled(reading);
    if (reading.memoryLeaseMs > 0 || this.options.memory) await this.channel.announce(keys);
    const announcedAt = performance.now();
    await this.outbox.remove(id);
    return announcedAt;
  }

  /** The value and its fill lease go together, so that a fill which read the old value can no longer store it. */
  private async delete(epoch: string, keys: CopyKey[]): Promise<boolean> {
    const gone = keys.flatMap((key) => [this.keys.copy(epoch, key), this.keys.lease(epoch, key)]);
    try {
      await this.redis.run((redis) => redis.unlink(...gone));
      return true;
    } catch (error) {
      if (error instanceof RedisUnavailable) return false;
      throw error;
    }
  }
}

/** Timers count whole milliseconds, and may be early. */
async function passed(momentMs: number): Promise<void> {
  for (let left = momentMs - performance.now(); left > 0; left = momentMs - performance.now()) {
    await pause(Math.ceil(left));
  }
}
