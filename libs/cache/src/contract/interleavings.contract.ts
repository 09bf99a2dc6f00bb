import { createHash, randomInt } from 'node:crypto';
import type { CoherentNamespace } from '../coherent-namespace.js';
import type { MakeCache } from './cache-under-test.contract.js';
import { type Draw, InterleavedRow, type RowCache } from './interleaved-row.contract.js';

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
  test.each(Object.entries(WAYS_TO_FORGET))(
    `serves nothing older than %s that has returned, in random interleavings (seed ${seed})`,
    async (_, cacheOf) => {
      const { cache, keeps, advance } = await make();
      const rows = cacheOf(cache.namespace<number>('rows', { ttlSeconds: 2, graceSeconds: 2, clearable: true }));
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

const tagsOf = (id: string) => [`of ${id}`, 'all'];

const WAYS_TO_FORGET: Record<string, (rows: CoherentNamespace<number>) => RowCache> = {
  'a deletion': (rows) => ({
    read: (id, load) => rows.getOrLoad(id, load),
    forget: (id) => rows.delete(id),
  }),
  'a deletion by tag': (rows) => ({
    read: (id, load) => rows.getOrLoad(id, load, { tags: tagsOf(id) }),
    forget: (id) => rows.deleteTags(`of ${id}`),
  }),
  'a clearance, where many are read': (rows) => ({
    read: async (id, load) => {
      const loadMany = async (ids: string[]) => {
        const value = await load();
        return new Map(ids.map((each) => [each, value]));
      };
      return (await rows.getOrLoadMany([id], loadMany, { tagsOf })).get(id)!;
    },
    forget: () => rows.clear(),
  }),
};

/** The same numbers for the same seed. */
function drawFrom(seed: number): Draw {
  let drawn = 0;
  return (below) => createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32LE() % below;
}
