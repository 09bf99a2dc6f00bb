import { randomInt } from 'node:crypto';
import { findingOf, isTelling } from './support/finding.js';
import { keepsEveryPromise } from './support/keeps-every-promise.js';
import { worldOfTests } from './support/world-of-tests.js';

const RUNS = 1_000;
/** Those that show in many runs; `checker.long-spec.ts` has them all. */
const EASY = [
  'the copies are removed before the change is committed',
  'a write that cannot reach Redis is acknowledged',
  'nobody carries out what the dead have left',
] as const;
const RUNS_TO_FIND = 500;

jest.setTimeout(600_000);

const world = worldOfTests();

keepsEveryPromise(world, { seeds: [20_262], runs: RUNS });

it.each(EASY)('finds that %s', async (name) => {
  const { kind } = await findingOf(name, world(), { seed: randomInt(2 ** 31), runs: RUNS_TO_FIND });
  expect(isTelling(name, kind)).toBe(true);
});
