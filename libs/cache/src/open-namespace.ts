import type { CopyKey, SweepProgress } from '#coherence';
import type { CoherentNamespace, ManyTagOptions, TagOptions } from './coherent-namespace.js';
import type { NamespaceContext } from './namespace-context.js';
import { type LoadMany, ReadThrough, type Served } from './read-through.js';

/** A namespace on whichever store. */
export class OpenNamespace<T> implements CoherentNamespace<T> {
  private readonly reads = new ReadThrough(this.context);

  constructor(protected readonly context: NamespaceContext<T>) {}

  key(id: string): CopyKey {
    return this.context.key(id);
  }

  tag(tag: string): CopyKey {
    return this.context.tag(tag);
  }

  get everything(): CopyKey {
    const { name, rules, everything } = this.context;
    if (!rules.isClearable) throw new TypeError(`The cache namespace "${name}" was opened without "clearable: true".`);
    return everything;
  }

  getOrLoad(id: string, load: () => Promise<T>, options?: TagOptions): Promise<Served<T>> {
    return this.reads.getOrLoad(id, load, options?.tags);
  }

  getOrLoadMany(ids: Iterable<string>, load: LoadMany<T>, options?: ManyTagOptions): Promise<Map<string, Served<T>>> {
    return this.reads.getOrLoadMany(ids, load, options?.tagsOf);
  }

  async get(id: string, options?: TagOptions): Promise<T | undefined> {
    return (await this.look(id, options))?.value;
  }

  async has(id: string, options?: TagOptions): Promise<boolean> {
    return (await this.look(id, options)) !== null;
  }

  async getMany(ids: Iterable<string>, options?: ManyTagOptions): Promise<Map<string, T>> {
    const asked = [...new Set(ids)];
    const kept = await this.reads.look(asked, options?.tagsOf);
    const found = new Map<string, T>();
    for (const [index, served] of kept.entries()) if (served) found.set(asked[index]!, served.value);
    return found;
  }

  delete(id: string): Promise<void> {
    return this.context.store.remove([this.key(id)]);
  }

  deleteMany(ids: Iterable<string>): Promise<void> {
    return this.context.store.remove(Array.from(new Set(ids), (id) => this.key(id)));
  }

  deleteTags(...tags: readonly string[]): Promise<void> {
    return this.context.store.remove(tags.map((tag) => this.tag(tag)));
  }

  deletePattern(pattern: string, onProgress: (progress: SweepProgress) => void = () => undefined): Promise<number> {
    return this.context.store.removeMatching(this.context.kind, pattern, onProgress);
  }

  async clear(): Promise<void> {
    await this.context.store.remove([this.everything]);
  }

  private async look(id: string, options: TagOptions | undefined): Promise<Served<T> | null> {
    const [served] = await this.reads.look([id], () => options?.tags);
    return served ?? null;
  }
}
