import { Runs } from './runs.js';
import type { World } from './world.js';

/** With both set, one run is played again. */
const { SEED, RUN } = process.env;

/** One test for each seed: that many runs, none of which goes wrong. */
export function keepsEveryPromise(
  worldOf: () => World,
  { seeds, runs: count }: { seeds: readonly number[]; runs: number },
): void {
  const all = SEED === undefined ? seeds : [Number(SEED)];
  const [from, to] = RUN === undefined ? [0, count] : [Number(RUN), Number(RUN) + 1];

  it.each(all)('keeps every promise, whatever overtakes what, with seed %d', async (seed) => {
    const runs = new Runs(worldOf(), seed);
    expect(await runs.firstMistake(from, to)).toBeNull();
    process.stdout.write(runs.summary());
  });
}
