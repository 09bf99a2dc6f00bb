import type { CopyKey, SweepProgress } from '#coherence';
import type { LoadMany, Served } from './read-through.js';

export interface TagOptions {
  /**
   * What the value belongs to besides its id: it counts until one of them is deleted. They are known before the load, and
   * every call for an id names the same ones; a value that was kept with others is loaded anew.
   */
  tags?: readonly string[];
}

export interface ManyTagOptions {
  /** The tags of each id. */
  tagsOf?: (id: string) => readonly string[];
}

/**
 * One kind of data whose truth is in PostgreSQL, kept by id for at most the namespace's TTL. Entries may vanish at any
 * moment; the source of the loader stays the truth. There is no `set`: what is kept has always been loaded.
 *
 * Ids are free strings; no id of one namespace is ever seen by another.
 *
 * Values are plain data: `null`, booleans, numbers, `BigInt`, strings, arrays, plain objects, `Date`, `Map`, `Set`,
 * `Buffer`, typed arrays, `ArrayBuffer` and `undefined` come back as they were. An instance of another class comes back as
 * a plain object of its own fields, a hole in an array as `undefined`. A function, symbol, promise, error or regular
 * expression inside a value, and a value nested more than 100 deep or containing itself, is refused with a `TypeError`,
 * and nothing is kept. Every answer, the first one too, is a copy of its own: changing it changes nothing that anybody
 * else is served (for `answers: 'frozen'` see there).
 *
 * A deletion here is for a change that was committed by other means than `Writes.commit`. Once it has resolved, no read
 * that starts later is served a value whose load began before it, not even by a load still running, and not as a stale
 * one. Call it after the change is committed and before anybody is told of it. If it rejects, old values may still be
 * served: do not acknowledge the change. What is not kept is no error.
 */
export interface CoherentNamespace<T> {
  /** The name of the copy for `id`: whoever changes what it was made from names it to `Writes.commit`. */
  key(id: string): CopyKey;

  /** The same for all entries with this tag. */
  tag(tag: string): CopyKey;

  /** The same for all entries of the namespace. Throws TypeError unless it was opened with `clearable: true`. */
  readonly everything: CopyKey;

  /**
   * The value kept for `id`, else what `load` returns, which is then kept. `null`, `undefined`, `0`, `''` and `false`
   * are values like any other, but for `negativeTtlSeconds`.
   *
   * - The age of a value counts from before its load began; a kept value is served only while younger than its TTL.
   * - Calls for one id share one load while it runs, unless since it began the id or one of its tags was deleted, the TTL
   *   has passed, or a write elsewhere can't be ruled out. Where nothing is kept, nothing is shared.
   * - What `load` throws is thrown to every caller who shares that load, and never kept; but within `graceSeconds` after
   *   it expired, a value that is still kept, and nothing but its age speaks against, is served instead (`how: 'stale'`).
   *   While the source is down, values already kept are served until their TTL ends.
   * - A load that takes longer than `hardTimeoutMs` rejects with `LoadTimeout`, and goes on.
   * - A cache that is down costs time at most: then the value is loaded.
   *
   * `load` must read the committed truth (PostgreSQL's primary, outside any open transaction), or it may keep
   * what is rolled back or already replaced. It must not ask for the same id again. It may be called in the background.
   */
  getOrLoad(id: string, load: () => Promise<T>, options?: TagOptions): Promise<Served<T>>;

  /**
   * The same for many ids: read in one go, and those that are missing loaded by one call of `load`, each to be kept by
   * itself. Ids without a value (`null`, `undefined`, or left out by `load`) are not in the answer; that they have none is
   * kept as `null`. Each value is promised by itself: together they are no snapshot.
   */
  getOrLoadMany(ids: Iterable<string>, load: LoadMany<T>, options?: ManyTagOptions): Promise<Map<string, Served<T>>>;

  /** The value kept, if it would be served without a load; `undefined` = there is none, or it is that. Loads nothing. */
  get(id: string, options?: TagOptions): Promise<T | undefined>;

  /** The same for many, read in one go: those that are kept, `null` included. */
  getMany(ids: Iterable<string>, options?: ManyTagOptions): Promise<Map<string, T>>;

  /** Whether a value is kept, `null` and `undefined` included, that would be served without a load. */
  has(id: string, options?: TagOptions): Promise<boolean>;

  delete(id: string): Promise<void>;

  deleteMany(ids: Iterable<string>): Promise<void>;

  /** Deletes all entries with one of these tags, however many there are, by replacing a number. */
  deleteTags(...tags: readonly string[]): Promise<void>;

  /**
   * Deletes the entries whose ids match, and keeps loads of them from being kept; answers how many keys that were. For
   * operators, and outside the promise: an entry that is stored while this runs may stay. Redis is asked step by step,
   * which takes as long as it has keys. In the pattern `*` stands for any characters and `?` for one; ids that are longer
   * than 128 characters, or have others than letters, digits and `_.:@+-`, match only `*`. Throws `RedisUnavailable`; then
   * some may be gone.
   */
  deletePattern(pattern: string, onProgress?: (progress: SweepProgress) => void): Promise<number>;

  /** Deletes all entries, in the same way as those with a tag. Throws TypeError unless the namespace was opened with `clearable: true`. */
  clear(): Promise<void>;
}
