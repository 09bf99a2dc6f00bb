import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInstance,
  IsInt,
  IsString,
  Max,
  Min,
  ValidateBy,
  type ValidationArguments,
} from 'class-validator';
import { deepFreeze } from './deep-freeze.js';
import { Secret } from './secret.js';
import { type Declaration, type PropertyOf, sectionOf, setting } from './setting.js';

interface Described {
  about: string;
  name?: string;
}

const PLAIN = { default: '', whenEmpty: null, secret: false } as const satisfies Partial<Declaration>;

/** A whole number in decimal digits, both limits included. `unit` is a plural such as "seconds". */
export function Integer(given: Described & { min: number; max: number; default: number; unit?: string }) {
  const { min, max, unit } = given;
  const expected = `a whole number ${unit ? `of ${unit} ` : ''}from ${min} to ${max}`;
  const read = (text: string) => (/^-?\d+$/.test(text) ? Number(text) : undefined);
  const checks = [IsInt, Min.bind(null, min), Max.bind(null, max)];
  return setting<number>({ ...PLAIN, ...given, default: String(given.default), expected, read }, ...checks);
}

/** `true` or `false`, nothing else. */
export function Flag(given: Described & { default: boolean }) {
  const read = (text: string) => (text === 'true' || text === 'false' ? text === 'true' : undefined);
  return setting<boolean>(
    { ...PLAIN, ...given, default: String(given.default), expected: 'true or false', read },
    IsBoolean,
  );
}

/** Exactly one of the words. */
export function Choice<const Word extends string>(given: Described & { of: readonly Word[]; default: NoInfer<Word> }) {
  const expected = `one of ${given.of.join(', ')}`;
  const read = (text: string) => text;
  return setting<Word>({ ...PLAIN, ...given, expected, read }, IsIn.bind(null, given.of));
}

/** Text; without a default the value may be null. `read` may normalise it, and answers undefined for what is wrong. */
export function Text(
  given: Described & { expected: string; default?: string; read?: (text: string) => string | undefined },
) {
  return setting<string | null>({ ...PLAIN, read: (text) => text, ...given }, IsString);
}

/** Items between commas, each of which `item` accepts; empty by default. */
export function List<T>(given: Described & { expected: string; item: (text: string) => T | undefined }) {
  const read = (text: string) => readList(text, given.item);
  return setting<readonly T[]>({ ...PLAIN, ...given, whenEmpty: [], read }, IsArray);
}

/** A value never to be printed, or null; its text may also be the content of the file that `…_FILE` names. */
export function SecretValue<T>(
  given: Described & {
    expected: string;
    neededInProduction?: string;
    whenEmpty?: T;
    read: (text: string) => T | undefined;
  },
): PropertyOf<Secret<T> | null> {
  const hidden = (value: T | undefined) => (value === undefined ? undefined : new Secret(deepFreeze(value)));
  const whenEmpty = hidden(given.whenEmpty) ?? null;
  const read = (text: string) => hidden(given.read(text));
  return setting({ ...PLAIN, ...given, secret: true, whenEmpty, read }, IsInstance.bind(null, Secret));
}

/** Refuses a number greater than another one of the same section. */
export function NotAbove<Other extends string>(other: Other) {
  const validate = (value: number, args?: ValidationArguments) =>
    !(value > (args!.object as Record<Other, number>)[other]);
  const message = ({ object }: ValidationArguments) => {
    const { settings } = sectionOf(object.constructor);
    return `must not exceed ${settings.find(({ property }) => property === other)?.variable}`;
  };
  const check = ValidateBy({ name: 'notAbove', validator: { validate } }, { message });
  return <Property extends string>(target: Record<Property | Other, number>, property: Property): void =>
    check(target, property);
}

/** The items between commas, without the spaces around them; undefined if any of them is not understood. */
export function readList<T>(text: string, item: (text: string) => T | undefined): T[] | undefined {
  const items = text.split(',').map((part) => item(part.trim()));
  return items.some((value) => value === undefined) ? undefined : (items as T[]);
}
