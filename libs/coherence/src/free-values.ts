import { Injectable } from '@nestjs/common';
import { type CopyKey, RedisConnection, RedisKeys } from '#redis';
import { Copies } from './copies.js';
import { CopyBatches } from './copy-batches.js';
import { CopySweep } from './copy-sweep.js';
import { type EpochInUse, SharedCopies } from './shared-copies.js';

export interface FreeValue {
  key: CopyKey;
  bytes: Buffer;
  ttlMs: number;
}

/** Where an epoch would stand; no epoch is ever called so. */
const FREE = 'free';

// KEYS: the value. ARGV: where to write, what, and the TTL in ms, 0 = as it was.
const PATCH = `
if redis.call('exists', KEYS[1]) == 0 then return 0 end
redis.call('setrange', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] ~= '0' then redis.call('pexpire', KEYS[1], ARGV[3]) end
return 1`;

/**
 * Values in Redis that have no truth elsewhere, outside the epochs: nothing is promised of them but that Redis was told.
 * They may be lost, come back, or be older than what was written, with whatever happens to Redis. Reads go by the code of
 * the copies, so that many callers share a load; while Redis cannot be reached there is nothing. All else throws
 * `RedisUnavailable` then.
 */
@Injectable()
export class FreeValues {
  readonly copies: Copies;
  readonly batches: CopyBatches;
  readonly sweep: CopySweep;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: RedisKeys,
  ) {
    const inUse: EpochInUse = {
      get epoch() {
        return redis.isUp ? FREE : null;
      },
    };
    this.copies = new Copies(new SharedCopies(redis, keys, inUse), null);
    this.batches = new CopyBatches(redis, keys, inUse);
    this.sweep = new CopySweep(redis, keys, inUse);
  }

  /** A load that is under way will not replace them. */
  async set(values: readonly FreeValue[]): Promise<void> {
    await this.redis.run((redis) =>
      Promise.all(
        values.flatMap(({ key, bytes, ttlMs }) => [
          redis.unlink(this.keys.lease(FREE, key)),
          redis.set(this.keys.copy(FREE, key), bytes, 'PX', Math.ceil(ttlMs)),
        ]),
      ),
    );
  }

  /** Writes over a part of a value, and gives it another TTL unless that is 0. Answers whether it is there. */
  async patch(key: CopyKey, offset: number, bytes: Buffer, ttlMs: number): Promise<boolean> {
    const name = this.keys.copy(FREE, key);
    const patched = await this.redis.run((redis) => redis.eval(PATCH, 1, name, offset, bytes, Math.ceil(ttlMs)));
    return patched === 1;
  }

  async remove(keys: readonly CopyKey[]): Promise<void> {
    if (keys.length === 0) return;
    const names = keys.flatMap((key) => [this.keys.copy(FREE, key), this.keys.lease(FREE, key)]);
    await this.redis.run((redis) => redis.unlink(...names));
  }
}
