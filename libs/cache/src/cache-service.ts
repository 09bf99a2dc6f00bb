import { randomInt } from 'node:crypto';
import type { OnApplicationShutdown } from '@nestjs/common';
import { watchCounts } from './cache.metrics.js';
import type { CoherentNamespace } from './coherent-namespace.js';
import type { EntryStore } from './entry-store.js';
import type { FreeNamespace } from './free-namespace.js';
import type { FreeStore } from './free-store.js';
import { NamespaceContext, type Surroundings } from './namespace-context.js';
import { NamespaceCounts, type NamespaceStatistics, statisticsOf } from './namespace-counts.js';
import { differenceOf, type NamespaceOptions, type NamespaceRules, rulesOf } from './namespace-options.js';
import { OpenFreeNamespace } from './open-free-namespace.js';
import { OpenNamespace } from './open-namespace.js';

const NAME = /^[a-z][a-z0-9-]*$/;
const CHANCES = 2 ** 32;

export interface CacheSettings extends Partial<Surroundings> {
  /** The part of the TTL by which it may be shorter, by chance, where a namespace says nothing of it. */
  ttlJitter?: number;
}

const COHERENT = 'coherent';
const FREE = 'free';
type Kind = typeof COHERENT | typeof FREE;

interface Opened {
  kind: Kind;
  options: NamespaceOptions;
  namespace: unknown;
}

/**
 * Read-through copies of slower truths, by namespace. This class is its own injection token; which implementation
 * stands behind it is decided once, in `CacheModule`. Each of them passes `describeCacheService`.
 */
export abstract class CacheService implements OnApplicationShutdown {
  private readonly opened = new Map<string, Opened>();
  private readonly counts = new Map<string, NamespaceCounts>();
  private readonly unwatch = watchCounts(this.counts);
  private readonly surroundings: Surroundings;

  constructor({ now = Date.now, random = () => randomInt(CHANCES) / CHANCES, ttlJitter = 0 }: CacheSettings) {
    this.surroundings = { now, random };
    this.ttlJitter = ttlJitter;
  }

  /** Where the entries of coherent namespaces lie. */
  protected abstract readonly coherent: EntryStore;
  /** Where those of free ones lie. */
  protected abstract readonly free: FreeStore;
  private readonly ttlJitter: number;

  /**
   * The namespace of that name: asked for twice, it is the same one with the same content, so one name holds one type.
   *
   * @throws TypeError when the name is not lower-case letters, digits and hyphens, beginning with a letter
   * @throws RangeError when an option makes no sense, or differs from the one that the name was opened with
   */
  namespace<T>(name: string, options: NamespaceOptions<T>): CoherentNamespace<T> {
    return this.openOnce(
      COHERENT,
      name,
      options,
      (rules) => new OpenNamespace<T>(this.contextOf(name, rules, this.coherent)),
    );
  }

  /** The same for values that have no truth elsewhere. A name is that of a coherent namespace or of a free one. */
  freeNamespace<T>(name: string, options: NamespaceOptions<T>): FreeNamespace<T> {
    return this.openOnce(FREE, name, options, (rules) => {
      const own = { ...rules, longestMs: Number.POSITIVE_INFINITY }; // each value may be given a TTL of its own
      return new OpenFreeNamespace<T>(this.contextOf(name, own, this.free), this.free);
    });
  }

  /** What has happened in each namespace since it was opened in this process. */
  statistics(): Record<string, NamespaceStatistics> {
    return Object.fromEntries(Array.from(this.counts, ([name, counts]) => [name, statisticsOf(counts)]));
  }

  onApplicationShutdown(): void {
    this.unwatch();
  }

  private openOnce<N>(kind: Kind, name: string, options: NamespaceOptions, open: (rules: NamespaceRules) => N): N {
    const known = this.opened.get(name);
    if (known) {
      if (known.kind !== kind) throw new RangeError(`The cache namespace "${name}" is ${known.kind}, not ${kind}.`);
      requireSame(name, known.options, options);
      return known.namespace as N;
    }
    if (!NAME.test(name)) throw new TypeError(`A cache namespace is named like "user-profiles", not "${name}".`);
    const namespace = open(rulesOf(options, this.ttlJitter));
    this.opened.set(name, { kind, options: { ...options }, namespace });
    return namespace;
  }

  private contextOf<T>(name: string, rules: NamespaceRules, store: EntryStore): NamespaceContext<T> {
    const counts = new NamespaceCounts();
    this.counts.set(name, counts);
    return new NamespaceContext(name, rules, store, counts, this.surroundings);
  }
}

function requireSame(name: string, known: NamespaceOptions, asked: NamespaceOptions): void {
  const difference = differenceOf(known, asked);
  if (difference === undefined) return;
  const [is, isNot] = [known, asked].map((options) => shown(options[difference]));
  throw new RangeError(`The cache namespace "${name}" was opened with ${difference} = ${is}, not ${isNot}.`);
}

function shown(option: unknown): string {
  return typeof option === 'function' ? 'another function' : String(option);
}
