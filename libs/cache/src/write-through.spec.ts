import type { Invalidate } from '#coherence';
import type { Transaction } from '#database';
import { MemoryCacheService } from './memory-cache.service.js';
import { writeThrough } from './write-through.js';

const tx = {} as Transaction;

/** A row of a database, its cache, and what is done to either, in order. */
function world() {
  const cache = new MemoryCacheService({ maxEntries: 100, maxBytes: 10_000 });
  const rows = cache.namespace<number>('rows', { ttlSeconds: 60 });
  const row = { committed: 1 };
  const writes = {
    async commit<T>(change: (tx: Transaction, invalidate: Invalidate) => Promise<T>): Promise<T> {
      const keys = new Set<string>();
      const before = row.committed;
      try {
        return await change(tx, (key) => void keys.add(key));
      } catch (error) {
        row.committed = before;
        throw error;
      } finally {
        if (keys.has(rows.key('a'))) await rows.delete('a');
      }
    },
  };
  const load = () => Promise.resolve(row.committed);
  return { rows, row, writes, load };
}

describe(writeThrough.name, () => {
  it('changes the truth, and has it in the cache as it was read afterwards', async () => {
    const { rows, row, writes, load } = world();
    await rows.getOrLoad('a', load);
    const change = () => Promise.resolve((row.committed = 2)).then(() => 'changed');
    expect(await writeThrough(writes, rows, { id: 'a', change, load })).toBe('changed');
    expect(await rows.get('a')).toBe(2);
  });

  it('keeps what is committed, not what this change has written, if another came in between', async () => {
    const { rows, row, writes } = world();
    const change = () => Promise.resolve((row.committed = 2));
    const load = () => Promise.resolve((row.committed = 3));
    await writeThrough(writes, rows, { id: 'a', change, load });
    expect(await rows.get('a')).toBe(3);
  });

  it('throws what the change throws', async () => {
    const { rows, writes, load } = world();
    const refused = new Error('refused');
    const change = () => Promise.reject(refused);
    await expect(writeThrough(writes, rows, { id: 'a', change, load })).rejects.toBe(refused);
  });

  it('has changed the truth though it cannot be read afterwards', async () => {
    const { rows, row, writes, load } = world();
    await rows.getOrLoad('a', load);
    const change = () => Promise.resolve((row.committed = 2));
    await writeThrough(writes, rows, { id: 'a', change, load: () => Promise.reject(new Error('lost')) });
    expect(await rows.has('a')).toBe(false);
    expect((await rows.getOrLoad('a', load)).value).toBe(2);
  });

  it('keeps it with its tags', async () => {
    const { rows, row, writes, load } = world();
    const change = () => Promise.resolve((row.committed = 2));
    await writeThrough(writes, rows, { id: 'a', change, load, tags: ['t'] });
    expect([await rows.has('a', { tags: ['t'] }), await rows.has('a')]).toEqual([true, false]);
  });
});
