import { randomInt } from 'node:crypto';

/** That of the variable `SEED`, to have the same choices made again; else a new one. */
export function seedOfThisRun(): number {
  const { SEED } = process.env;
  return SEED === undefined ? randomInt(2 ** 31) : Number.parseInt(SEED, 10);
}
