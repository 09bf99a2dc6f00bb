import { createHash, randomInt } from 'node:crypto';
import { type MakeCache } from './cache-under-test.contract.js';
import { type Draw, InterleavedRow } from './interleaved-row.contract.js';

const ROUNDS = 300;

/** To play a failed run again, hand the seed from its title to `describeCacheService`. */
export function describeInterleavings(make: MakeCache, seed = randomInt(2 ** 31)): void {
  test(`serves nothing older than a delete that has returned, in random interleavings (seed ${seed})`, async () => {
    const { cache, keeps, advance } = await make();
    const rows = cache.namespace<number>('rows', { ttlSeconds: 2 });
    const draw = drawFrom(seed);
    const violations: string[] = [];
    let hits = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const row = new InterleavedRow(rows, `row-${round}`, draw, advance);
      await row.play();
      violations.push(...row.violations);
      hits += row.hits;
    }
    expect(violations).toEqual([]);
    expect(hits > 0).toBe(keeps);
  });
}

/** The same numbers for the same seed. */
function drawFrom(seed: number): Draw {
  let drawn = 0;
  return (below) => createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32LE() % below;
}
