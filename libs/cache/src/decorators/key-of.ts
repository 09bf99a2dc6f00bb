import { isDate } from 'node:util/types';
import { type KeyPart, named, written } from './copy-id.js';

const MAX_DEPTH = 32;

/**
 * The key of arguments that are plain data, filters and paging for example: `key: keyOf`, or
 * `key: (query: PetQuery) => keyOf({ ...query })` where the argument is an instance of a class. The order of properties does
 * not count, that of lists does; a property that is `undefined` counts as absent.
 *
 * @throws TypeError for what is not plain data (an instance of a class, a function, a symbol, a bigint, more than 32 levels),
 * because what it holds would not be seen
 */
export function keyOf(...args: unknown[]): string {
  return list(args, 0);
}

function text(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || isDate(value)) return written(value as KeyPart);
  if (depth === MAX_DEPTH) throw new TypeError(`A key is made of data of at most ${MAX_DEPTH} levels.`);
  return Array.isArray(value) ? list(value, depth + 1) : properties(value, depth + 1);
}

function list(values: readonly unknown[], depth: number): string {
  return `[${Array.from(values, (value) => text(value, depth)).join(',')}]`;
}

function properties(value: object, depth: number): string {
  if (!isPlain(value) || Object.getOwnPropertySymbols(value).length > 0) {
    throw new TypeError(`A key is made of plain data, not of ${named(value)}; name what counts of it.`);
  }
  const known = Object.entries(value).filter(([, property]) => property !== undefined);
  const sorted = known.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, property]) => `${JSON.stringify(name)}=${text(property, depth)}`).join(',')}}`;
}

/** Also of another realm (`node:vm`), whose `Object` is another one. */
function isPlain(value: object): boolean {
  const prototype = Reflect.getPrototypeOf(value);
  return prototype === null || Reflect.getPrototypeOf(prototype) === null;
}
