import { type CopyKey, copyKey } from '#coherence';
import { cacheReads } from './cache.metrics.js';
import { type CacheNamespace, type HowServed, type Served } from './cache-namespace.js';
import { requirePositiveInteger } from './positive-integer.js';

export interface NamespaceOptions {
  /** The longest time a value is served after its load began, in whole seconds. */
  ttlSeconds: number;
}

const NAME = /^[a-z][a-z0-9-]*$/;

/** The name of a copy: no id of one namespace is ever another's. */
export function cacheKey(namespace: string, id: string): CopyKey {
  return copyKey(`cache:${namespace}`, id);
}

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
    const opened = { namespace: counted(name, this.open(name, options)), ttlSeconds: options.ttlSeconds };
    this.opened.set(name, opened);
    return opened;
  }
}

const WAYS: HowServed[] = ['L1', 'L2', 'miss', 'bypass'];

function counted(name: string, namespace: CacheNamespace<unknown>): CacheNamespace<unknown> {
  const counters = Object.fromEntries(
    WAYS.map((served) => [served, cacheReads.labels({ namespace: name, served })]),
  ) as Record<HowServed, { inc(): void }>;
  return {
    key: (id) => namespace.key(id),
    delete: (id) => namespace.delete(id),
    async getOrLoad(id, load): Promise<Served<unknown>> {
      const served = await namespace.getOrLoad(id, load);
      counters[served.how].inc();
      return served;
    },
  };
}
