import { createTestDatabase } from '#testing';
import { playMemoryChaos, summaryOf } from './support/play-memory-chaos.js';
import { seedOfThisRun } from './support/seed.js';

const READS = 200_000;

jest.setTimeout(120_000);

describe('memory', () => {
  it(`serves nothing older than what was acknowledged, while its ways to PostgreSQL are disturbed`, async () => {
    const seed = seedOfThisRun();
    const played = await playMemoryChaos(await createTestDatabase(), { seed, reads: READS });
    process.stdout.write(summaryOf(seed, played));
    expect(played.stale).toEqual([]);
    expect(played.writes).toBeGreaterThan(10);
    expect(played.served.of('L1')).toBeGreaterThan(0);
  });
});
