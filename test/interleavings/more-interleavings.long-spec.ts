import { keepsEveryPromise } from './support/keeps-every-promise.js';
import { worldOfTests } from './support/world-of-tests.js';

/** Of both files, which two workers share. */
const { RUNS = '100000' } = process.env;
const SEEDS = 5;

jest.setTimeout(3_600_000);

keepsEveryPromise(worldOfTests(), { seeds: SEEDS, runs: Number(RUNS) / (2 * SEEDS) });
