import { randomBytes } from 'node:crypto';
import type { CopyKey } from '#coherence';
import type { CacheService } from '../cache-service.js';
import type { CoherentNamespace } from '../coherent-namespace.js';
import type { NamespaceOptions } from '../namespace-options.js';
import type { Served } from '../read-through.js';
import { slower } from './cached-reads.js';
import { copyId, type MethodKey } from './copy-id.js';

/** It only has to outlive many of the copies: when it ends, they are loaded anew. */
const GENERATION_TTL_SECONDS = 86_400;

/**
 * The copies of what one method answers, each by its owner and its key.
 *
 * Evicted by key, each copy goes by itself. Evicted all at once, the copies of an owner carry its *generation* in their ids,
 * a random name that is a copy, too: the change names only that, so the next read finds another generation, whose copies were
 * all loaded later. It costs every read one more look-up. What is left of the old one ends with its TTL.
 */
export class MethodCopies {
  private constructor(
    private readonly copies: CoherentNamespace<unknown>,
    private readonly generations: CoherentNamespace<string> | null,
  ) {}

  /** Throws what `CacheService.namespace` throws. */
  static open(cache: CacheService, name: string, evictedBy: 'key' | 'all', options: NamespaceOptions): MethodCopies {
    const generations =
      evictedBy === 'all'
        ? cache.namespace<string>(`${name}-generation`, { ttlSeconds: GENERATION_TTL_SECONDS })
        : null;
    return new MethodCopies(cache.namespace<unknown>(name, options), generations);
  }

  async read(owner: string, key: MethodKey, load: () => Promise<unknown>): Promise<Served<unknown>> {
    const id = copyId(owner, key);
    if (!this.generations) return this.copies.getOrLoad(id, load);
    const generation = await this.generations.getOrLoad(owner, newGeneration);
    const { value, how } = await this.copies.getOrLoad(`${generation.value}:${id}`, load);
    return { value, how: slower(generation.how, how) };
  }

  /** What a change that makes this copy wrong must name. */
  keyToEvict(owner: string, key: MethodKey): CopyKey {
    return this.generations ? this.generations.key(owner) : this.copies.key(copyId(owner, key));
  }

  /** What a change must name that makes all copies of the owner wrong; only where they are evicted all at once. */
  keyOfAll(owner: string): CopyKey {
    if (!this.generations) throw new Error('These copies are evicted by key.');
    return this.generations.key(owner);
  }
}

const newGeneration = () => Promise.resolve(randomBytes(12).toString('base64url'));
