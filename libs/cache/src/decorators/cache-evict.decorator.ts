import type { CopyKey } from '#coherence';
import type { CacheRuntime } from './cache-runtime.js';
import { CachedMethod } from './cached-method.js';
import { Change, type ChangeOptions } from './changing-method.js';
import type { MethodKey } from './copy-id.js';
import { decorateChange } from './decorate-change.js';
import type { Call, DecoratedMethod } from './decorated-method.js';
import { type CacheScope, type DecoratorOfMethods, isScope, NEEDS_SCOPE } from './method-types.js';

/** Which answers of a `@Cached` method are wrong after the call. */
export type CacheEvictOptions<Args extends unknown[]> = ChangeOptions & {
  /** That of the `@Cached` method. */
  namespace: string;
  /** That of the `@Cached` method. With `'user'` the answers of the caller go, and nobody else's. */
  scope: CacheScope;
} & (
    | {
        /** The key of the answer, made of the arguments of this method. */
        key: (...args: Args) => MethodKey;
        all?: false;
      }
    | {
        /** All answers, or all of the caller; where the `@Cached` method says `evictedBy: 'all'`. */
        all: true;
        key?: undefined;
      }
  );

/**
 * For a method that makes a change: when it resolves, no read that starts later, on any node, is served an answer from before
 * the change. Several of these on one method, and `@CachePut`, are one change.
 *
 * - **`Writes.commit` within the method** names the answers beside its own copies, in the transaction of the change. They go even
 *   if this process dies right after the commit: the outbox has them.
 * - **Changes by other means** are covered as `CacheNamespace.delete` covers them: the answers are removed after the method, by a
 *   commit of their own. If this process dies in between, nobody has been told of the change, and old answers may be served
 *   until their TTL. This is left out only with `allInWrites`, and only if a commit within the method has come to its end.
 * - **The method throws**: so does the call, and nothing is acknowledged. What was committed within it through `Writes` has taken
 *   the answers with it; for what was rolled back, or done by other means, nothing is removed. After `DatabaseUnavailable` it is unknown
 *   whether a commit took place: if it did, the answers go within seconds of PostgreSQL's return.
 * - **The answers cannot be removed** (PostgreSQL is gone by then): the call rejects. Do not acknowledge the change.
 *
 * A method that finds nothing left to change removes them all the same. The application does not start if the scope is missing or
 * no `@Cached` method of it has the namespace, the scope and the way of eviction.
 */
export function CacheEvict<Args extends unknown[]>(options: CacheEvictOptions<Args>): DecoratorOfMethods<Args> {
  return (target, method, descriptor) =>
    decorateChange(target, method, descriptor, new Eviction(options as CacheEvictOptions<unknown[]>));
}

class Eviction extends Change {
  constructor(override readonly options: CacheEvictOptions<unknown[]>) {
    super(options);
  }

  override problems(all: readonly DecoratedMethod[]): string[] {
    const { namespace, scope, key, all: isAll } = this.options;
    if (!isScope(scope)) return [`@CacheEvict ${NEEDS_SCOPE}`];
    if ((typeof key === 'function') === (isAll === true)) return ['@CacheEvict needs a key, a function, or all: true.'];
    const cached = all.find((each) => each instanceof CachedMethod && each.options.namespace === namespace);
    if (cached instanceof CachedMethod) return this.differences(cached);
    return [`@CacheEvict: no @Cached method of this application has the namespace "${namespace}".`];
  }

  override keyToEvict(runtime: CacheRuntime, { args, name }: Call): CopyKey {
    const { namespace, scope, key } = this.options;
    const owner = runtime.owner(scope, name);
    const copies = runtime.copies(namespace);
    return key ? copies.keyToEvict(owner, key(...args)) : copies.keyOfAll(owner);
  }

  private differences({ name, options: { namespace, scope, evictedBy = 'key' } }: CachedMethod): string[] {
    const wanted = this.options.all ? 'all' : 'key';
    const problems: string[] = [];
    if (scope !== this.options.scope) {
      problems.push(`@CacheEvict has the scope '${this.options.scope}', but "${namespace}" (${name}) has '${scope}'.`);
    }
    if (evictedBy !== wanted) {
      problems.push(`@CacheEvict evicts by '${wanted}', but "${namespace}" (${name}) is evicted by '${evictedBy}'.`);
    }
    return problems;
  }
}
