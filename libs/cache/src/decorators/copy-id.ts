import { isDate } from 'node:util/types';

/** What a key may be made of. Types count: `10` and `'10'` are different parts, and so are `null` and `undefined`. */
export type KeyPart = string | number | boolean | null | undefined | Date;

/** What a key builder returns; a string is a key of one part. */
export type MethodKey = string | readonly KeyPart[];

/**
 * The id of a copy: whose it is, and the parts. No two different lists of parts give the same id, nor do two owners: a part
 * with other characters than those of `PLAIN` is written as JSON, and what is no string begins with `+`, which none of the
 * others does.
 *
 * @throws TypeError when the key holds anything but a `KeyPart`
 */
export function copyId(owner: string, key: MethodKey): string {
  return [owner, ...partsOf(key).map(written)].join(':');
}

/** The owner of the copies of one caller, which no other caller has, nor what is shared. */
export function ownerOf(callerId: string): string {
  return `user:${written(callerId)}`;
}

export const SHARED = 'shared';

/** A part as text; the text of no other value. */
export function written(part: KeyPart): string {
  if (typeof part === 'string') return PLAIN.test(part) ? part : JSON.stringify(part);
  if (isDate(part) && !Number.isNaN(part.getTime())) return `+@${part.getTime()}`;
  if (part === null || SIMPLE_TYPES.has(typeof part)) return `+${String(part)}`;
  throw new TypeError(
    `A part of a key is a string, number, boolean, null, undefined or valid Date, not ${named(part)}.`,
  );
}

function partsOf(key: MethodKey): readonly KeyPart[] {
  if (typeof key === 'string') return [key];
  if (Array.isArray(key)) return key as readonly KeyPart[];
  throw new TypeError(`A key is a string or a list of parts, not ${named(key)}.`);
}

const PLAIN = /^[\w.@-]+$/;
const SIMPLE_TYPES = new Set(['number', 'boolean', 'undefined']);

/** The kind of a value that is refused; never the value itself, which may be anybody's secret. */
export function named(value: unknown): string {
  if (value === null || typeof value !== 'object') return `a ${typeof value}`;
  if (isDate(value)) return 'an invalid Date';
  return `an object of ${Object.getPrototypeOf(value) === null ? 'no class' : value.constructor.name}`;
}
