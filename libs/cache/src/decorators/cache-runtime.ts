import { Injectable } from '@nestjs/common';
import { type CopyKey, InvalidationScope, Writes } from '#coherence';
import { CacheService } from '../cache-service.js';
import type { NamespaceOptions } from '../namespace-options.js';
import { NoCaller } from './cache-decorators.errors.js';
import { CachedReads } from './cached-reads.js';
import { CallerContext } from './caller-context.js';
import { ownerOf, SHARED } from './copy-id.js';
import { MethodCopies } from './method-copies.js';
import type { CacheScope } from './method-types.js';

/** What the decorated methods of one application work with. */
@Injectable()
export class CacheRuntime {
  private readonly opened = new Map<string, MethodCopies>();

  constructor(
    readonly callers: CallerContext,
    readonly reads: CachedReads,
    private readonly cache: CacheService,
    private readonly writes: Writes,
    private readonly scope: InvalidationScope,
  ) {}

  open(namespace: string, evictedBy: 'key' | 'all', options: NamespaceOptions): void {
    this.opened.set(namespace, MethodCopies.open(this.cache, namespace, evictedBy, options));
  }

  copies(namespace: string): MethodCopies {
    return this.opened.get(namespace) as MethodCopies; // opened at start, which fails otherwise
  }

  /** Whose copies a call is about. Throws {@link NoCaller}. */
  owner(scope: CacheScope, method: string): string {
    if (scope === 'shared') return SHARED;
    const { callerId } = this.callers;
    if (callerId === undefined) throw new NoCaller(method);
    return ownerOf(callerId);
  }

  /** Carries out work that changes something; when this resolves, the copies are gone. See `CacheEvict`. */
  async change<T>(keys: readonly CopyKey[], work: () => Promise<T>, allInWrites: boolean): Promise<T> {
    const { result, isCommitted } = await this.scope.run(keys, work);
    if (!allInWrites || !isCommitted) await this.evict(keys);
    return result;
  }

  private evict(keys: readonly CopyKey[]): Promise<void> {
    return this.writes.commit((_tx, invalidate) => {
      keys.forEach(invalidate);
      return Promise.resolve();
    });
  }
}
