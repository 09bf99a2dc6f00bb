/** Refuses what would silently mean "for ever" or "without bound" further down: 0, fractions, NaN, Infinity. */
export function requirePositiveInteger(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${what} is a whole number of at least 1, not ${value}.`);
  }
}

export function requireWholeNumber(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${what} is a whole number of at least 0, not ${value}.`);
  }
}

export function requirePart(what: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new RangeError(`${what} is at least 0 and less than 1, not ${value}.`);
}
