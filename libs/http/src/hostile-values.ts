import { isIllFormed, jsonPointer } from './json-pointer.js';
import { type InputError } from './problem.dto.js';
import { MAX_DEPTH, TooDeep } from './too-deep.js';

const PROTOTYPE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * What no field may hold, whatever its rules: NUL and lone surrogates in strings and names, and names that lead to a
 * prototype. Throws TooDeep rather than follow (or let a validator follow) more than 32 levels.
 */
export function hostileValues(value: unknown, path: readonly string[] = []): InputError[] {
  if (typeof value === 'string')
    return isIllFormed(value) ? [at(path, 'contains a character that is not allowed')] : [];
  if (!isContainer(value)) return [];
  if (path.length >= MAX_DEPTH) throw new TooDeep();
  return Object.entries(value).flatMap(([name, held]) => {
    const inside = [...path, name];
    if (isIllFormed(name)) return [at(path, 'has a name with a character that is not allowed')];
    return PROTOTYPE_NAMES.has(name) ? [at(inside, 'is not a known property')] : hostileValues(held, inside);
  });
}

const at = (path: readonly string[], message: string): InputError => ({ pointer: jsonPointer(path), message });

/** Lists and plain objects: what parsers make. Streams, bytes and class instances were made by code. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
