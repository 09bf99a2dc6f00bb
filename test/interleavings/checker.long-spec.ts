import { randomInt } from 'node:crypto';
import { findingOf, isTelling } from './support/finding.js';
import { SEEDED_MISTAKES } from './support/seeded-mistakes.js';
import { worldOfTests } from './support/world-of-tests.js';

const RUNS_TO_FIND = 10_000;

jest.setTimeout(3_600_000);

const world = worldOfTests();
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));

describe('it is found that', () => {
  it.each(Object.keys(SEEDED_MISTAKES))('%s', async (name) => {
    const { kind, runs } = await findingOf(name, world(), { seed, runs: RUNS_TO_FIND });
    process.stdout.write(`${kind} in run ${runs} with seed ${seed}: ${name}\n`);
    expect(isTelling(name, kind)).toBe(true);
  });
});
