import type { Writes } from '#coherence';
import type { CoherentNamespace, TagOptions } from './coherent-namespace.js';

interface WriteThrough<T, R> extends TagOptions {
  id: string;
  /** The change, in its transaction; it names whatever other copies it makes wrong. */
  change: Parameters<typeof Writes.prototype.commit<R>>[0];
  /** Reads the committed truth. */
  load: () => Promise<T>;
}

/**
 * Changes the truth and has the new one in the cache: commits, invalidates the id and waits until that is final, then reads
 * anew, after the commit, under a new fill lease. What is kept is never the value at hand, so that of two changes at the
 * same time the later one is kept. Answers what the change returns.
 *
 * Throws what `Writes.commit` throws. If only the read at the end fails, the change stands, and the next read loads.
 */
export async function writeThrough<T, R>(
  writes: Pick<Writes, 'commit'>,
  namespace: CoherentNamespace<T>,
  { id, change, load, tags }: WriteThrough<T, R>,
): Promise<R> {
  const result = await writes.commit<R>((tx, invalidate) => {
    invalidate(namespace.key(id));
    return change(tx, invalidate);
  });
  await namespace.getOrLoad(id, load, tags && { tags }).catch(() => undefined);
  return result;
}
