// Changes rows of the table `numbers`, one after the other, through the path of every write, and says when each change
// was acknowledged. Arguments: the URL of the database, the lease of memories in ms, the ids of the rows.
import { setTimeout as pause } from 'node:timers/promises';
import { Test } from '@nestjs/testing';
import { CoherenceModule, FenceEntity, InvalidationEntity, Writes } from '#coherence';
import { DatabaseModule, migrations } from '#database';
import { copyKey, RedisModule } from '#redis';

/** On the monotonic clock that all processes of the machine share. */
export interface Acknowledged {
  id: string;
  value: number;
  atMs: number;
}

const LONGEST_PAUSE_MS = 100;
const [url, leaseMs, ...ids] = process.argv.slice(2) as [string, string, ...string[]];

const module = await Test.createTestingModule({
  imports: [
    DatabaseModule.forRoot({
      url,
      directUrl: null,
      dataDir: 'unused',
      poolSize: ids.length,
      migrateAtStart: true,
      entities: [FenceEntity, InvalidationEntity],
      migrations,
    }),
    RedisModule.forRoot(null),
    CoherenceModule.forRoot({
      fenceLeaseMs: 200,
      handoverMs: 100,
      databaseGraceMs: 0,
      memory: { leaseMs: Number(leaseMs), maxEntries: 1, maxBytes: 1 },
    }),
  ],
}).compile();
await module.init();
const writes = module.get(Writes);
let isOver = false;

async function write(id: string): Promise<void> {
  for (let value = 1; !isOver; ) {
    try {
      await writes.commit(async (tx, invalidate) => {
        invalidate(copyKey('numbers', id));
        await tx.execute('update numbers set value = greatest(value, $2) where id = $1', [id, value]);
      });
      if (!isOver) process.send!({ id, value, atMs: Number(process.hrtime.bigint()) / 1e6 } satisfies Acknowledged);
      value++;
      await pause(Math.random() * LONGEST_PAUSE_MS); // for what is wrong to be read while it is
    } catch {
      // PostgreSQL is away: whether the change took place is unknown, so it is made again.
    }
  }
}

process.once('disconnect', () => (isOver = true));
await Promise.all(ids.map(write));
await module.close();
