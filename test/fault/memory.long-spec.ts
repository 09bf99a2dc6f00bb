import { createTestDatabase, PrivatePostgres } from '#testing';
import { MEMORY_MISTAKES } from './support/memory-mistakes.js';
import { playMemoryChaos, summaryOf } from './support/play-memory-chaos.js';
import { seedOfThisRun } from './support/seed.js';

const READS = 10_000_000;
const READS_TO_FIND = 5_000_000;

jest.setTimeout(30 * 60_000);

describe('memory', () => {
  it('serves nothing older than what was acknowledged, in ten million reads, restarts of PostgreSQL among them', async () => {
    const postgres = await PrivatePostgres.start();
    try {
      const more = {
        'PostgreSQL restarts': async () => {
          await postgres.shutDown();
          await postgres.startAgain();
        },
        'PostgreSQL is killed, and comes back': async () => {
          await postgres.kill();
          await postgres.startAgain();
        },
      };
      const seed = seedOfThisRun();
      const played = await playMemoryChaos(postgres.url, { seed, reads: READS, more });
      process.stdout.write(summaryOf(seed, played));
      expect(played.stale).toEqual([]);
      expect(played.writes).toBeGreaterThan(100);
      expect(played.served.of('L1')).toBeGreaterThan(READS / 2);
    } finally {
      await postgres.stop();
    }
  });
});

describe('the checker of memory', () => {
  it.each(Object.entries(MEMORY_MISTAKES))('finds that %s', async (_, make) => {
    const undo = make();
    try {
      const chaos = { seed: seedOfThisRun(), reads: READS_TO_FIND, endsWithStale: true };
      const { stale } = await playMemoryChaos(await createTestDatabase(), chaos);
      expect(stale.length).toBeGreaterThan(0);
    } finally {
      undo();
    }
  });
});
