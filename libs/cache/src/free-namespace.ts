import type { CoherentNamespace, ManyTagOptions, TagOptions } from './coherent-namespace.js';

export interface SetOptions extends TagOptions {
  /** In place of the TTL of the namespace, in seconds; 0 = what is there is deleted. */
  ttlSeconds?: number;
}

export interface SetManyOptions extends ManyTagOptions {
  ttlSeconds?: number;
}

/**
 * One kind of data that has no truth elsewhere: counters of a job, drafts, what an import has found so far. What is set is
 * kept until its TTL ends, it is deleted, or it is lost; nothing is promised of it. It may vanish at any moment, and with
 * a Redis that comes back with the past, the past comes back. In memory each process has its own.
 *
 * While Redis is down, or off, reads find nothing, and loaders load; what writes (`set`, `setMany`, `expire`, and all that
 * deletes) throws `RedisUnavailable`. Where nothing is kept, by configuration, writes do nothing.
 *
 * Ids, values, tags, grace and answers are as in a `CoherentNamespace`.
 */
export interface FreeNamespace<T>
  extends Pick<
    CoherentNamespace<T>,
    | 'getOrLoad'
    | 'getOrLoadMany'
    | 'get'
    | 'getMany'
    | 'has'
    | 'delete'
    | 'deleteMany'
    | 'deleteTags'
    | 'deletePattern'
    | 'clear'
  > {
  /** In place of what is there; a load that is under way does not replace it. */
  set(id: string, value: T, options?: SetOptions): Promise<void>;

  /** The same for many, sent in one go. */
  setMany(values: Iterable<readonly [id: string, value: T]>, options?: SetManyOptions): Promise<void>;

  /** Has what is kept live for so many seconds from now on, whatever it was given. Answers whether there is something. */
  expire(id: string, ttlSeconds: number, options?: TagOptions): Promise<boolean>;

  /**
   * Has all entries with one of these tags count as expired: they are loaded anew, and served only within the grace, when
   * their load fails or takes long.
   */
  expireTags(...tags: readonly string[]): Promise<void>;
}
