import type { NamespaceOptions } from '../namespace-options.js';
import type { MethodKey } from './copy-id.js';
import type { CacheScope } from './method-types.js';

/** How the answers of a method are kept; options of the namespace besides these are handed on to it. */
export interface CachedOptions<Args extends unknown[]> extends NamespaceOptions {
  /** The namespace of the cache that holds the answers of this method, and of no other. */
  namespace: string;
  scope: CacheScope;
  /**
   * Tells the answers apart: made of all arguments that count. It takes the arguments of the method, or the first of them; its
   * parts are joined so that different lists never meet. With `scope: 'user'` the caller's id is added to them. `keyOf` makes
   * it of plain data.
   */
  key: (...args: Args) => MethodKey;
  /**
   * How `@CacheEvict` names the answers: by `'key'` unless told, or `'all'` (of the caller, with `scope: 'user'`) at once, for
   * lists with filters and paging. `'all'` costs each read one more look-up.
   */
  evictedBy?: 'key' | 'all';
  /** Adds `cached` to the answer: whether it was kept. The method answers with an object, and does not set it. */
  cachedField?: boolean;
}
