import type { NamespaceRules } from './namespace-options.js';

type TtlRules = Pick<NamespaceRules, 'ttlMs' | 'negativeTtlMs' | 'ttlOf' | 'ttlJitter'>;

/** How long this value is fresh, in milliseconds; 0 = it is not to be kept. */
export function ttlMsOf(value: unknown, rules: TtlRules, random: () => number): number {
  const { ttlJitter } = rules;
  const ttlMs = fullTtlMs(value, rules);
  return ttlJitter === 0 ? ttlMs : ttlMs * (1 - ttlJitter * random());
}

function fullTtlMs(value: unknown, { ttlMs, negativeTtlMs, ttlOf }: TtlRules): number {
  if (value === null || value === undefined) return negativeTtlMs;
  const seconds = ttlOf?.(value);
  if (seconds === undefined) return ttlMs;
  if (!(seconds >= 0 && seconds < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`ttlOf returns a number of seconds, 0 or more, not ${seconds}.`);
  }
  return seconds * 1_000;
}
