import { seededRandom } from '../support/seeded-random.js';
import { FaultCluster } from './support/fault-cluster.js';
import { FAULTS } from './support/faults.js';
import { play } from './support/play.js';
import { seedOfThisRun } from './support/seed.js';

const SEQUENCES = 5;
const FAULTS_PER_SEQUENCE = 15;

/** The faults of `faults.long-spec.ts`, one after another as the seed has it. */
async function playSequence(cluster: FaultCluster, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const names = Object.keys(FAULTS);
  const totals = { operations: 0, bumps: 0 };
  for (let step = 0; step < FAULTS_PER_SEQUENCE; step++) {
    const name = names[Math.floor(random() * names.length)]!;
    const { mistakes, operations, bumps } = await play(cluster, () => FAULTS[name]!(cluster), seed + step);
    expect({ seed, step, name, mistakes }).toEqual({ seed, step, name, mistakes: [] });
    totals.operations += operations;
    totals.bumps += bumps;
  }
  process.stdout.write(
    `seed ${seed}: ${FAULTS_PER_SEQUENCE} faults, ${totals.operations} operations, ${totals.bumps} bumps\n`,
  );
}

it('keeps every promise through any sequence of faults', async () => {
  const seed = seedOfThisRun();
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const cluster = await FaultCluster.start();
    await playSequence(cluster, seed + sequence).finally(() => cluster.stop());
  }
}, 1_800_000);
