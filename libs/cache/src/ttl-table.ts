import { requirePositiveInteger } from './required-numbers.js';

/**
 * The TTLs of an application by kind of data, in whole seconds, in one place: `const TTL = ttlTable({ user: 300, order: 120 })`,
 * then `cache.namespace('users', { ttlSeconds: TTL.user })`. A kind that is not in it does not compile.
 *
 * @throws RangeError when one is not a whole number of at least 1, naming the kind
 */
export function ttlTable<Kind extends string>(seconds: Readonly<Record<Kind, number>>): Readonly<Record<Kind, number>> {
  for (const [kind, ttl] of Object.entries<number>(seconds)) requirePositiveInteger(`The TTL of "${kind}"`, ttl);
  return Object.freeze({ ...seconds });
}
