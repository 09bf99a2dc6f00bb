import { randomInt } from 'node:crypto';
import { FaultCluster } from './support/fault-cluster.js';
import { MutatedBuild } from './support/mutated-build.js';
import { SEEDED_MISTAKES, type SeededMistake } from './support/mutations.js';
import { play } from './support/play.js';

const ROUNDS = 30;
const FINDINGS = /^(stale|undead|untrue)/;

jest.setTimeout(900_000);

/** In how many rounds the mistake was found; Infinity = not in all. */
async function roundsToFind({ fault, settings, ...mutation }: SeededMistake): Promise<number> {
  const build = await MutatedBuild.of(mutation);
  const cluster = await FaultCluster.start({ settings, entryOf: () => build.entry });
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const { mistakes } = await play(cluster, () => fault(cluster), randomInt(2 ** 31));
      if (mistakes.some((mistake) => FINDINGS.test(mistake))) return round;
    }
    return Infinity;
  } finally {
    await cluster.stop();
    await build.remove();
  }
}

describe('the checker finds that', () => {
  it.each(Object.entries(SEEDED_MISTAKES))('%s', async (name, mistake) => {
    const rounds = await roundsToFind(mistake);
    process.stdout.write(`found in round ${rounds}: ${name}\n`);
    expect(rounds).toBeLessThanOrEqual(ROUNDS);
  });

  it('a mistake cannot be made that the build has no place for', async () => {
    const gone = { file: 'coherence/src/removal.js', text: 'not in there', becomes: '' };
    await expect(MutatedBuild.of(gone)).rejects.toThrow('occurs 0 times');
  });
});
