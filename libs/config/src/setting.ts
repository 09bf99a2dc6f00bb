import { ValidateIf, type ValidationOptions } from 'class-validator';

/** One setting as declared. Loading, checking, `.env.example` and the documentation are all made from this. */
export interface Setting {
  readonly property: string;
  /** The environment variable, such as `HTTP__PORT`. */
  readonly variable: string;
  /** What it does, in sentences. */
  readonly about: string;
  /** Completes "<variable> must be …". */
  readonly expected: string;
  /** As it would be written in the environment; empty = none. */
  readonly default: string;
  /** The value when it is neither given nor has a default. */
  readonly whenEmpty: unknown;
  /** Never printed, and may come from the file that `<variable>_FILE` names. */
  readonly secret: boolean;
  /** Why production cannot do without it. */
  readonly neededInProduction?: string | undefined;
  /** What the text means; `undefined` = not understood. */
  readonly read: (text: string) => unknown;
}

/** Settings whose variables share a prefix; the name is empty for those that have none. */
export interface SettingsSection {
  readonly name: string;
  readonly about: string;
  readonly settings: readonly Setting[];
}

/** A setting without its names; `name` is for a variable that is not called as its property is. */
export type Declaration = Omit<Setting, 'property' | 'variable'> & { readonly name?: string | undefined };

/** A decorator for properties of this type only. */
export type PropertyOf<Value> = <Property extends string>(target: Record<Property, Value>, property: Property) => void;

type Check = (options: ValidationOptions) => PropertyDecorator;
type SectionClass = abstract new () => object;

const declared = new WeakMap<object, (Declaration & { property: string })[]>();
const sections = new WeakMap<object, SettingsSection>();

/** Declares the property a setting whose value has to pass these checks of class-validator, unless it is empty. */
export function setting<Value>(declaration: Declaration, ...checks: Check[]): PropertyOf<Value> {
  return (target, property) => {
    declared.set(target, [...(declared.get(target) ?? []), { ...declaration, property }]);
    ValidateIf((_, value) => value !== null)(target, property);
    for (const check of checks) check({ message: `must be ${declaration.expected}` })(target, property);
  };
}

/** Makes a class of settings the section `<name>__…` of the environment. */
export function Section(name: string, about: string) {
  return (target: SectionClass): void => {
    const prefix = name && `${name}__`;
    const settings = (declared.get(target.prototype as object) ?? []).map((declaration) => ({
      ...declaration,
      variable: prefix + (declaration.name ?? upperSnakeCase(declaration.property)),
    }));
    sections.set(target, { name, about, settings });
  };
}

/** What a class decorated with `@Section` declares, in the order written. */
export function sectionOf(target: object): SettingsSection {
  const section = sections.get(target);
  if (!section) throw new TypeError('The class is not decorated with @Section');
  return section;
}

const upperSnakeCase = (camelCase: string): string => camelCase.replace(/[A-Z]/g, '_$&').toUpperCase();
