import { type CacheNamespace } from './cache-namespace.js';
import { requirePositiveInteger } from './positive-integer.js';

export interface NamespaceOptions {
  /** The longest time a value is served after its load began, in whole seconds. */
  ttlSeconds: number;
}

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Read-through copies of slower truths, by namespace. This class is its own injection token; which implementation
 * stands behind it is decided once, in `CacheModule`. Each of them passes `describeCacheService`.
 */
export abstract class CacheService {
  private readonly opened = new Map<string, { namespace: CacheNamespace<unknown>; ttlSeconds: number }>();

  /**
   * The namespace of that name: asked for twice, it is the same one with the same content, so one name holds one type.
   *
   * @throws TypeError when the name is not lower-case letters, digits and hyphens, beginning with a letter
   * @throws RangeError when the TTL is not a whole number of seconds, or differs from the one the name was opened with
   */
  namespace<T>(name: string, options: NamespaceOptions): CacheNamespace<T> {
    const known = this.opened.get(name) ?? this.openNew(name, options);
    if (known.ttlSeconds !== options.ttlSeconds) {
      throw new RangeError(
        `Cache namespace "${name}" has a TTL of ${known.ttlSeconds} s, not ${options.ttlSeconds} s.`,
      );
    }
    return known.namespace as CacheNamespace<T>;
  }

  /** Called once per name, with a valid name and TTL. */
  protected abstract open(name: string, options: NamespaceOptions): CacheNamespace<unknown>;

  private openNew(name: string, options: NamespaceOptions) {
    if (!NAME.test(name)) throw new TypeError(`A cache namespace is named like "user-profiles", not "${name}".`);
    requirePositiveInteger('ttlSeconds', options.ttlSeconds);
    const opened = { namespace: this.open(name, options), ttlSeconds: options.ttlSeconds };
    this.opened.set(name, opened);
    return opened;
  }
}
