/** Refuses what would silently mean "for ever" or "without bound" further down: 0, fractions, NaN, Infinity. */
export function requirePositiveInteger(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${what} is a whole number of at least 1, not ${value}.`);
  }
}
