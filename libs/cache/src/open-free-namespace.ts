import type { TagOptions } from './coherent-namespace.js';
import { FRESH_UNTIL_OFFSET, payloadOffsetOf } from './entry.js';
import type { FreeNamespace, SetManyOptions, SetOptions } from './free-namespace.js';
import type { FreeEntry, FreeStore } from './free-store.js';
import { newSoftHalf, SOFT_OFFSET } from './generations.js';
import type { NamespaceContext } from './namespace-context.js';
import { OpenNamespace } from './open-namespace.js';
import { requirePositiveInteger, requireWholeNumber } from './required-numbers.js';
import { ttlMsOf } from './ttl.js';

/** A free namespace on whichever store. */
export class OpenFreeNamespace<T> extends OpenNamespace<T> implements FreeNamespace<T> {
  constructor(
    context: NamespaceContext<T>,
    private readonly store: FreeStore,
  ) {
    super(context);
  }

  set(id: string, value: T, { ttlSeconds, tags }: SetOptions = {}): Promise<void> {
    return this.setMany([[id, value]], { ...(ttlSeconds !== undefined && { ttlSeconds }), tagsOf: () => tags ?? [] });
  }

  async setMany(values: Iterable<readonly [string, T]>, { ttlSeconds, tagsOf }: SetManyOptions = {}): Promise<void> {
    if (ttlSeconds !== undefined) requireWholeNumber('ttlSeconds', ttlSeconds);
    const last = [...new Map(values)].map(([id, value]) => ({ id, value, beside: this.context.beside(tagsOf?.(id)) }));
    const generations = await this.context.generationsOfMany(last.map(({ beside }) => ({ beside, besideSeen: [] })));
    const entries = last.map(({ id, value }, index) => this.entryOf(id, value, ttlSeconds, generations[index]!));
    const gone = entries.filter(({ lifeMs }) => lifeMs === 0);
    if (gone.length > 0) await this.store.remove(gone.map(({ key }) => key));
    if (gone.length < entries.length) await this.put(entries.filter(({ lifeMs }) => lifeMs > 0));
  }

  async expire(id: string, ttlSeconds: number, options?: TagOptions): Promise<boolean> {
    requirePositiveInteger('ttlSeconds', ttlSeconds);
    if (!(await this.has(id, options))) return false;
    const freshUntil = Buffer.alloc(8);
    freshUntil.writeDoubleLE(this.context.now() + ttlSeconds * 1_000);
    return this.store.patch(this.key(id), FRESH_UNTIL_OFFSET, freshUntil, this.lifeMs(ttlSeconds * 1_000));
  }

  async expireTags(...tags: readonly string[]): Promise<void> {
    const offset = payloadOffsetOf(0) + SOFT_OFFSET;
    await Promise.all(tags.map((tag) => this.store.patch(this.tag(tag), offset, newSoftHalf(), 0)));
  }

  private entryOf(id: string, value: T, ttlSeconds: number | undefined, generations: Buffer): FreeEntry {
    const { codec, now, random, rules } = this.context;
    const ttlMs = ttlSeconds === undefined ? ttlMsOf(value, rules, random) : ttlSeconds * 1_000;
    const entry = codec.toEntry(value, { loadedAtMs: now(), loadMs: 0, ttlMs, generations });
    return { key: this.key(id), entry, lifeMs: ttlMs === 0 ? 0 : this.lifeMs(ttlMs) };
  }

  private async put(entries: readonly FreeEntry[]): Promise<void> {
    await this.store.put(entries);
    for (const { entry } of entries) this.context.counts.bytesStored += entry.bytes.length;
  }

  private lifeMs(ttlMs: number): number {
    return ttlMs + this.context.rules.graceMs;
  }
}
