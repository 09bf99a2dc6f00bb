import { CacheNotReady } from './cache-decorators.errors.js';
import type { CacheRuntime } from './cache-runtime.js';

export type AnyMethod = (this: object, ...args: unknown[]) => unknown;

/** One call of a decorated method. */
export interface Call {
  /** Of the method that is called, for sentences. */
  name: string;
  instance: object;
  args: unknown[];
}

/** What decorators have made of one method. The instances of its class share it. */
export abstract class DecoratedMethod {
  /** Class and method, for sentences. */
  readonly name: string;

  constructor(
    target: object,
    readonly method: string | symbol,
  ) {
    this.name = `${target.constructor.name}.${String(method)}`;
  }

  /** Makes it ready for an application, before any call; returns what keeps it from working there, in sentences. */
  abstract prepare(
    runtime: CacheRuntime,
    all: readonly DecoratedMethod[],
    ofClass: readonly DecoratedMethod[],
  ): string[];

  /** In place of the method, which is given. */
  abstract answer(runtime: CacheRuntime, call: Call, method: AnyMethod): Promise<unknown>;
}

const DECORATED = Symbol('portcullis:decorated-methods');
const RUNTIME = Symbol('portcullis:cache-runtime');

interface Bindable {
  [RUNTIME]?: CacheRuntime;
}

/**
 * Puts the decorated method in place of the plain one, under its name and with its metadata. It does not work before `bind`,
 * rather than work without the cache: an eviction that is silently left out would be a wrong answer later.
 */
export function decorate(target: object, descriptor: PropertyDescriptor, decorated: DecoratedMethod): void {
  const plain: unknown = descriptor.value;
  if (typeof plain !== 'function' || typeof target === 'function') {
    throw new TypeError(`${decorated.name} is not a method of instances: only those can be cached.`);
  }
  descriptor.value = function (this: Bindable | undefined, ...args: unknown[]): Promise<unknown> {
    const runtime = this?.[RUNTIME];
    if (!this || !runtime) return Promise.reject(new CacheNotReady(decorated.name));
    return decorated.answer(runtime, { name: decorated.name, instance: this, args }, plain as AnyMethod);
  };
  takeAfter(descriptor.value as object, plain);
  Reflect.defineMetadata(DECORATED, [...ownOf(target), decorated], target);
}

/** The decorated methods of an instance or a prototype, those of its base classes included. */
export function decoratedMethodsOf(target: unknown): DecoratedMethod[] {
  if (typeof target !== 'object' || target === null) return [];
  return [...ownOf(target), ...decoratedMethodsOf(Reflect.getPrototypeOf(target))];
}

/** From here on the decorated methods of the instance work. */
export function bind(instance: object, runtime: CacheRuntime): void {
  Object.defineProperty(instance, RUNTIME, { value: runtime, configurable: true });
}

function ownOf(target: object): DecoratedMethod[] {
  return (Reflect.getOwnMetadata(DECORATED, target) as DecoratedMethod[] | undefined) ?? [];
}

/** Whatever other decorators have said of the plain method holds for the wrapper. */
function takeAfter(wrapper: object, plain: object & { name?: string; length?: number }): void {
  Object.defineProperties(wrapper, { name: { value: plain.name }, length: { value: plain.length } });
  for (const key of Reflect.getOwnMetadataKeys(plain)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, plain), wrapper);
  }
}
