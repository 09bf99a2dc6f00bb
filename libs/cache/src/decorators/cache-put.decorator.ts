import type { CopyKey } from '#coherence';
import type { CacheRuntime } from './cache-runtime.js';
import { CachedMethod } from './cached-method.js';
import { Change, type ChangeOptions } from './changing-method.js';
import { decorateChange } from './decorate-change.js';
import { type AnyMethod, type Call, type DecoratedMethod, decoratedMethodsOf } from './decorated-method.js';
import type { DecoratorOfMethods } from './method-types.js';

/** Which answer a change makes wrong, and how it is made anew. */
export interface CachePutOptions<Read extends string, Args extends unknown[], ReadArgs extends unknown[]>
  extends ChangeOptions {
  /** The `@Cached` method of the same class that gives the answer. */
  read: Read;
  /** The arguments with which that method is called, made of those of this one. */
  args: (...args: Args) => ReadArgs;
}

type AnyPutOptions = CachePutOptions<string, unknown[], unknown[]>;

/** The class that has the read. */
type Reader<Read extends string, ReadArgs extends unknown[]> = Record<Read, (...args: ReadArgs) => Promise<unknown>>;

/**
 * For a method that makes a change: evicts the answer that `read` gives to `args`, with all that `@CacheEvict` promises, and then
 * calls `read`, so that the next read finds the answer kept.
 *
 * What the method returns is never put into the cache. It was read before its commit; another change may have been committed
 * since, whose eviction has then passed, and the older value would be kept over it until its TTL. A load that begins after the
 * commit, under the rules of every load, can't do that: a change that comes meanwhile keeps it out.
 *
 * It waits for that load. If the load fails, or the cache is down, the change is made all the same: the next read loads.
 */
export function CachePut<Read extends string, Args extends unknown[], ReadArgs extends unknown[] | []>(
  options: CachePutOptions<Read, Args, ReadArgs>,
): DecoratorOfMethods<Args, unknown, Reader<Read, ReadArgs>> {
  return (target, method, descriptor) =>
    decorateChange(target, method, descriptor, new Put(options as unknown as AnyPutOptions));
}

class Put extends Change {
  constructor(override readonly options: AnyPutOptions) {
    super(options);
  }

  override problems(_all: readonly DecoratedMethod[], ofClass: readonly DecoratedMethod[]): string[] {
    const { read, args } = this.options;
    if (typeof args !== 'function') return ['@CachePut needs args: a function that makes the arguments of the read.'];
    return cachedMethod(ofClass, read) ? [] : [`@CachePut: the class has no @Cached method "${read}".`];
  }

  override keyToEvict(runtime: CacheRuntime, call: Call): CopyKey {
    const cached = cachedMethod(decoratedMethodsOf(call.instance), this.options.read) as CachedMethod; // checked at start
    return cached.keyToEvict(runtime, this.readArgs(call));
  }

  override async warm(call: Call): Promise<void> {
    const read = (call.instance as Record<string, AnyMethod>)[this.options.read] as AnyMethod;
    await read.apply(call.instance, this.readArgs(call));
  }

  private readArgs({ args }: Call): unknown[] {
    return this.options.args(...args);
  }
}

function cachedMethod(methods: readonly DecoratedMethod[], name: string): CachedMethod | undefined {
  return methods.find((each) => each instanceof CachedMethod && each.method === name) as CachedMethod | undefined;
}
