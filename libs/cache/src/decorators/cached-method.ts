import type { CopyKey } from '#coherence';
import type { HowServed } from '../read-through.js';
import type { CacheRuntime } from './cache-runtime.js';
import type { CachedOptions } from './cached.options.js';
import { named } from './copy-id.js';
import { type AnyMethod, type Call, DecoratedMethod } from './decorated-method.js';
import { isScope, NEEDS_SCOPE } from './method-types.js';

/** A method whose answers are kept. */
export class CachedMethod extends DecoratedMethod {
  constructor(
    target: object,
    method: string | symbol,
    readonly options: CachedOptions<unknown[]>,
  ) {
    super(target, method);
  }

  override prepare(runtime: CacheRuntime, all: readonly DecoratedMethod[]): string[] {
    const problems = this.problems(all);
    if (problems.length > 0) return problems;
    const { namespace, scope, key, evictedBy = 'key', cachedField, ...namespaceOptions } = this.options;
    try {
      runtime.open(namespace, evictedBy, namespaceOptions);
      return [];
    } catch (error) {
      return [(error as Error).message]; // the port says what is wrong with the name or the options
    }
  }

  private problems(all: readonly DecoratedMethod[]): string[] {
    const { namespace, scope, key, evictedBy = 'key' } = this.options;
    const problems: string[] = [];
    if (!isScope(scope)) problems.push(`@Cached ${NEEDS_SCOPE}`);
    if (typeof namespace !== 'string') problems.push('@Cached needs a namespace: a name.');
    if (typeof key !== 'function') problems.push('@Cached needs a key: a function of the arguments.');
    if (evictedBy !== 'key' && evictedBy !== 'all') problems.push(`@Cached: evictedBy is 'key' or 'all'.`);
    const other = all.find(
      (each) => each !== this && each instanceof CachedMethod && each.options.namespace === namespace,
    );
    if (other)
      problems.push(`@Cached: the namespace "${namespace}" has the answers of ${other.name}, and of no other method.`);
    return problems;
  }

  override async answer(runtime: CacheRuntime, { instance, args }: Call, method: AnyMethod): Promise<unknown> {
    const { namespace, scope, cachedField } = this.options;
    const owner = runtime.owner(scope, this.name);
    const load = () => Promise.resolve(method.apply(instance, args));
    const { value, how } = await runtime
      .copies(namespace)
      // Nothing of the caller's may get into what everybody is shown.
      .read(owner, this.keyOf(args), scope === 'shared' ? () => runtime.callers.runAnonymously(load) : load);
    runtime.reads.note(how);
    return cachedField ? this.withField(value, how) : value;
  }

  /** What a change must name that makes the answer to these arguments wrong. */
  keyToEvict(runtime: CacheRuntime, args: unknown[]): CopyKey {
    const { namespace, scope } = this.options;
    return runtime.copies(namespace).keyToEvict(runtime.owner(scope, this.name), this.keyOf(args));
  }

  private keyOf(args: unknown[]) {
    return this.options.key(...args);
  }

  private withField(value: unknown, how: HowServed): object {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new TypeError(`${this.name} has a cachedField, so it answers with an object, not with ${named(value)}.`);
    }
    return { ...value, cached: how !== 'miss' && how !== 'bypass' };
  }
}
