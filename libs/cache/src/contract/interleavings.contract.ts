import { createHash, randomInt } from 'node:crypto';
import { type MakeCache } from './cache-under-test.contract.js';
import { type Draw, InterleavedRow } from './interleaved-row.contract.js';

export interface Interleavings {
  seed?: number;
  /** Fewer for a cache that is far away. */
  rounds?: number;
}

const LIMIT_MS = 120_000;

/** To play a failed run again, hand the seed from its title to `describeCacheService`. */
export function describeInterleavings(
  make: MakeCache,
  { seed = randomInt(2 ** 31), rounds = 300 }: Interleavings,
): void {
  test(
    `serves nothing older than a delete that has returned, in random interleavings (seed ${seed})`,
    async () => {
      const { cache, keeps, advance } = await make();
      const rows = cache.namespace<number>('rows', { ttlSeconds: 2 });
      const draw = drawFrom(seed);
      const violations: string[] = [];
      let hits = 0;
      for (let round = 0; round < rounds; round++) {
        const row = new InterleavedRow(rows, `row-${round}`, draw, advance);
        await row.play();
        violations.push(...row.violations);
        hits += row.hits;
      }
      expect(violations).toEqual([]);
      expect(hits > 0).toBe(keeps);
    },
    LIMIT_MS,
  );
}

/** The same numbers for the same seed. */
function drawFrom(seed: number): Draw {
  let drawn = 0;
  return (below) => createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32LE() % below;
}
