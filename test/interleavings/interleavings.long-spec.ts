import { randomInt } from 'node:crypto';
import { keepsEveryPromise } from './support/keeps-every-promise.js';
import { worldOfTests } from './support/world-of-tests.js';

/** Of both files, which two workers share. */
const { RUNS = '100000' } = process.env;
const seeds = Array.from({ length: 5 }, () => randomInt(2 ** 31));

jest.setTimeout(3_600_000);

keepsEveryPromise(worldOfTests(), { seeds, runs: Number(RUNS) / (2 * seeds.length) });
