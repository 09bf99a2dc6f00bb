import { type CopyKey, type Invalidate, RedisTrust, SharedCopies, Writes } from '#coherence';
import { type Database, newId, type Transaction } from '#database';
import type { RedisConnection, RedisKeys } from '#redis';
import { Fence, type FenceReading } from '../../../libs/coherence/src/fence.js';
import type { Content, Fill } from '../../../libs/coherence/src/fill-script.js';
import { Outbox } from '../../../libs/coherence/src/outbox.js';
import { Removal } from '../../../libs/coherence/src/removal.js';
import { replaceIn } from '../../support/replace-in.js';

/** Parts of the classes below that are nobody's business but theirs. */
interface Parts {
  redis: RedisConnection;
  keys: RedisKeys;
  fence: Fence;
  database: Database;
  removal: Removal;
  verified: { identity: string; generation: number } | null;
}

const replace = replaceIn<Parts>;

/** Each by its name, which reads on after "finds that"; makes the mistake, and answers how that is undone. */
export const SEEDED_MISTAKES: Record<string, () => () => void> = {
  'a write does not wait out the lease': () => replace(Fence, 'settled', () => Promise.resolve()),

  'a fill is kept without its lease': () =>
    replace(SharedCopies, 'keep', async function (fill: Fill, content: Content | null, ttlMs: number) {
      await this.redis.run(async (redis) => {
        if (content instanceof Map) await redis.hset(fill.copy, Object.fromEntries(content));
        else if (content) await redis.set(fill.copy, content, 'PX', Math.ceil(ttlMs));
        await redis.unlink(fill.lease);
      });
    }),

  'the copies are removed before the change is committed': () =>
    replace(Writes, 'commit', async function (change: (tx: Transaction, invalidate: Invalidate) => Promise<unknown>) {
      const keys = await keysOf(this.database, change);
      if (keys.length > 0) await this.removal.finish({ id: newId(), keys }, 'final');
      return this.database.inTransaction((tx) => change(tx, () => undefined));
    }),

  'a copy is removed and its fill lease stays': () =>
    replace(Removal, 'delete', async function (epoch: string, keys: CopyKey[]) {
      return this.redis
        .run((redis) => redis.unlink(...keys.map((key) => this.keys.copy(epoch, key))))
        .then(
          () => true,
          () => false,
        );
    }),

  'a Redis is used whichever it is': () =>
    replace(RedisTrust, 'serves', function () {
      return this.verified !== null && this.redis.isUp;
    }),

  'Redis is used after the lease has ended': () =>
    replace(RedisTrust, 'epoch', function () {
      const { latest } = this.fence;
      const isVerified = this.verified?.identity === latest?.redisIdentity;
      return isVerified && this.verified?.generation === this.redis.generation ? latest!.epoch : null;
    }),

  'a write that cannot reach Redis is acknowledged': () =>
    replace(Removal, 'removeElsewhere', (_: unknown, reading: FenceReading) => Promise.resolve(reading)),

  'nobody carries out what the dead have left': () => replace(Outbox, 'olderThan', () => Promise.resolve([])),
};

/** What the change would invalidate: it is carried out, and rolled back. */
async function keysOf(
  database: Database,
  change: (tx: Transaction, invalidate: Invalidate) => Promise<unknown>,
): Promise<CopyKey[]> {
  const keys = new Set<CopyKey>();
  const rollBack = new Error('that was all');
  const trial = database.inTransaction(async (tx) => {
    await change(tx, (key) => void keys.add(key));
    throw rollBack;
  });
  await trial.catch((error: unknown) => {
    if (error !== rollBack) throw error;
  });
  return [...keys];
}
