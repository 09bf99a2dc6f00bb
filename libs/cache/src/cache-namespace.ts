import type { CopyKey } from '#coherence';

/** How a read was served: from this process's memory, from Redis, by a load, or by a load where nothing is kept. */
export type HowServed = 'L1' | 'L2' | 'miss' | 'bypass';

export interface Served<T> {
  value: T;
  how: HowServed;
}

/**
 * One kind of data, kept by id for at most the namespace's TTL. Entries may vanish at any moment; the source of the
 * loader stays the truth.
 *
 * Ids are free strings; no id of one namespace is ever seen by another.
 *
 * Every answer, the first one too, is a copy of its own, made by the structured clone algorithm: changing it changes
 * nothing that anybody else is served. `Date`, `BigInt`, `Map`, `Set`, `Buffer` and typed arrays keep their type; an
 * instance of a class comes back as a plain object of its own fields; a function, symbol or promise inside a value is
 * refused with a `TypeError`, and nothing is kept.
 */
export interface CacheNamespace<T> {
  /** The name of the copy for `id`: whoever changes what it was made from names it to `Writes.commit`. */
  key(id: string): CopyKey;

  /**
   * The value kept for `id`, else what `load` returns, which is then kept. `null`, `undefined`, `0`, `''` and `false`
   * are values like any other.
   *
   * - The age of a value counts from before its load began; a kept value is served only while younger than the TTL.
   * - Calls for one id share one load while it runs, unless since it began `delete` was called, the TTL has passed, or
   *   a write elsewhere can't be ruled out. Where nothing is kept, nothing is shared.
   * - What `load` throws is thrown to every caller who shares that load, and never kept. While its source is down,
   *   values already kept are served until their TTL ends.
   * - A cache that is down costs time at most: then the value is loaded.
   *
   * `load` must read the committed truth (PostgreSQL's primary, outside any open transaction), or it may keep
   * what is rolled back or already replaced. It must not ask for the same id again.
   */
  getOrLoad(id: string, load: () => Promise<T>): Promise<Served<T>>;

  /**
   * For a change that was committed by other means than `Writes.commit`: once this has resolved, no call of `getOrLoad` that starts later is served a value whose load began before this
   * call, not even by a load still running. Call it after the change is committed and before anybody is told of it.
   * An id that is not kept is no error. If it rejects, old values may still be served: do not acknowledge the change.
   */
  delete(id: string): Promise<void>;
}
