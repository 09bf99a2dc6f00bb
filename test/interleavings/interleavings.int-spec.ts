import { randomInt } from 'node:crypto';
import { keepsEveryPromise } from './support/keeps-every-promise.js';
import { Runs } from './support/runs.js';
import { worldOfTests } from './support/world-of-tests.js';

/** As many again are in `more-interleavings.int-spec.ts`, for another worker. */
const RUNS = 1_000;
const RUNS_AGAIN = 10;

jest.setTimeout(600_000);

const world = worldOfTests();

keepsEveryPromise(world, { seeds: [20_261], runs: RUNS });

it('goes the same way again with the same seed', async () => {
  const seed = randomInt(2 ** 31);
  const [once, again] = [await traces(seed), await traces(seed)];
  expect(once).toHaveLength(RUNS_AGAIN);
  expect(again).toEqual(once);
});

async function traces(seed: number): Promise<string[][]> {
  const all: string[][] = [];
  for await (const { trace } of new Runs(world(), seed).play(0, RUNS_AGAIN)) all.push(trace);
  return all;
}
