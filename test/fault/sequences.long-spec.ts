import { randomInt } from 'node:crypto';
import { seededRandom } from '../support/seeded-random.js';
import { FaultCluster } from './support/fault-cluster.js';
import { FAULTS } from './support/faults.js';
import { play } from './support/play.js';

const SEEDS = 5;
const FAULTS_PER_SEED = 15;

/** The faults of `faults.long-spec.ts`, one after another as the seed has it. */
it('keeps every promise through any sequence of faults', async () => {
  for (let round = 0; round < SEEDS; round++) {
    const seed = randomInt(2 ** 31);
    const random = seededRandom(seed);
    const pick = () => Object.keys(FAULTS)[Math.floor(random() * Object.keys(FAULTS).length)]!;
    const cluster = await FaultCluster.start();
    const totals = { operations: 0, bumps: 0 };
    for (let step = 0; step < FAULTS_PER_SEED; step++) {
      const name = pick();
      const { mistakes, operations, bumps } = await play(cluster, () => FAULTS[name]!(cluster), seed + step);
      expect({ seed, step, name, mistakes }).toEqual({ seed, step, name, mistakes: [] });
      totals.operations += operations;
      totals.bumps += bumps;
    }
    process.stdout.write(
      `seed ${seed}: ${FAULTS_PER_SEED} faults, ${totals.operations} operations, ${totals.bumps} bumps\n`,
    );
    await cluster.stop();
  }
}, 1_800_000);
