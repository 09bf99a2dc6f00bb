import type { CopyKey, Writes } from '#coherence';

const KEYS_IN_ONE_COMMIT = 1_000;

/** When this resolves nobody is served these copies. There is nothing more to change: it was changed by other means. */
export async function commitRemoval(writes: Pick<Writes, 'commit'>, keys: readonly CopyKey[]): Promise<void> {
  for (let from = 0; from < keys.length; from += KEYS_IN_ONE_COMMIT) {
    const some = keys.slice(from, from + KEYS_IN_ONE_COMMIT);
    await writes.commit((_, invalidate) => Promise.resolve(some.forEach((key) => invalidate(key))));
  }
}
