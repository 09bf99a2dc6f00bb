import type { CachedOptions } from './cached.options.js';
import { CachedMethod } from './cached-method.js';
import { decorate } from './decorated-method.js';
import type { DecoratorOfMethods } from './method-types.js';

/**
 * Keeps what the method answers, by its arguments, for at most the TTL (`CacheNamespace.getOrLoad` says in full what is
 * promised). The method must read the committed truth, and is called only if there is no answer:
 *
 * - What it throws is thrown to whoever shares the call, and not kept. Calls at the same time share one.
 * - With `scope: 'user'` nobody is ever given what was kept for another. Without a caller (see `CallerContext`) it rejects with
 *   `NoCaller`, before the cache or the method is asked.
 * - With `scope: 'shared'` the method runs without a caller, so that what it calls cannot answer for one.
 * - Every answer is a copy of its own, and plain data: an instance of a class comes back as an object of its fields.
 * - How reads were served shows in the `Cache-Status` of the HTTP response.
 *
 * The application does not start if the scope is missing, if another method has the namespace, or if the class is
 * request-scoped. On an instance that is no provider or controller of such an application the method rejects with
 * `CacheNotReady`.
 */
export function Cached<Args extends unknown[]>(
  options: CachedOptions<Args> & { cachedField: true },
): DecoratorOfMethods<Args, { cached?: boolean }>;
export function Cached<Args extends unknown[]>(
  options: CachedOptions<Args> & { cachedField?: false },
): DecoratorOfMethods<Args>;
export function Cached<Args extends unknown[]>(options: CachedOptions<Args>): DecoratorOfMethods<Args> {
  return (target, method, descriptor) =>
    decorate(target, descriptor, new CachedMethod(target, method, options as CachedOptions<unknown[]>));
}
