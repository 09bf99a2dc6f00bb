import { type Change, ChangingMethod } from './changing-method.js';
import { decorate } from './decorated-method.js';

const CHANGING = Symbol('portcullis:changing-method');

interface Wrapper {
  [CHANGING]?: ChangingMethod;
}

/** Adds a change to the method: to those of the decorators right below, if there are any. */
export function decorateChange(
  target: object,
  method: string | symbol,
  descriptor: PropertyDescriptor,
  change: Change,
): void {
  const below = (descriptor.value as Wrapper | undefined)?.[CHANGING];
  const changing = below ?? new ChangingMethod(target, method);
  changing.changes.push(change);
  if (below) return;
  decorate(target, descriptor, changing);
  Object.defineProperty(descriptor.value, CHANGING, { value: changing });
}
