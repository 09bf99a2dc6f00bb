import { type ValidationError } from '@nestjs/common';
import { jsonPointer } from './json-pointer.js';
import { type InputError } from './problem.dto.js';

/** class-validator's tree of errors as a list of pointers and messages. */
export function inputErrors(errors: readonly ValidationError[], path: readonly string[] = []): InputError[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const inside = [...path, property];
    const own = messagesOf(constraints).map((message) => ({ pointer: jsonPointer(inside), message }));
    return [...own, ...inputErrors(children, inside)];
  });
}

/** The message for an unknown property would repeat a name that the client chose. */
const messagesOf = ({ whitelistValidation, ...rules }: Record<string, string>) =>
  whitelistValidation === undefined ? Object.values(rules) : ['is not a known property'];
