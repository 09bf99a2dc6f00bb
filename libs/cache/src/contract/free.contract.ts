import type { NamespaceOptions } from '../namespace-options.js';
import { countingLoad, type MakeCache, pausedLoad } from './cache-under-test.contract.js';

export function describeFree(make: MakeCache): void {
  const open = async (options: Partial<NamespaceOptions<unknown>> = {}) => {
    const made = await make();
    return { ...made, drafts: made.cache.freeNamespace<unknown>('drafts', { ttlSeconds: 60, ...options }) };
  };

  describe('free namespaces', () => {
    test.each([[null], [undefined], [0], [''], [false], [new Map([['a', 1n]])]])(
      'keep %p as it was set',
      async (value) => {
        const { drafts, keeps } = await open();
        await drafts.set('a', value);
        expect(await drafts.has('a')).toBe(keeps);
        expect(await drafts.get('a')).toEqual(keeps ? value : undefined);
      },
    );

    test('keep the last value that was set, until it is deleted', async () => {
      const { drafts, keeps } = await open();
      for (const value of [1, 2]) await drafts.set('a', value);
      await drafts.setMany([
        ['b', 3],
        ['c', 4],
        ['b', 5],
      ]);
      expect([...(await drafts.getMany(['a', 'b', 'c', 'd'])).values()]).toEqual(keeps ? [2, 5, 4] : []);
      await drafts.delete('a');
      await drafts.deleteMany(['c', 'd']);
      expect([...(await drafts.getMany(['a', 'b', 'c'])).keys()]).toEqual(keeps ? ['b'] : []);
      await expect(drafts.setMany([])).resolves.toBeUndefined();
    });

    test('keep a value for the TTL of the namespace, or its own', async () => {
      const { drafts, keeps, advance } = await open({ negativeTtlSeconds: 3 });
      await drafts.set('usual', 1);
      await drafts.set('nothing', null);
      await drafts.set('short', 1, { ttlSeconds: 5 });
      await drafts.set('long', 1, { ttlSeconds: 90 });
      const kept = async () => [...(await drafts.getMany(['usual', 'nothing', 'short', 'long'])).keys()];
      expect(await kept()).toEqual(keeps ? ['usual', 'nothing', 'short', 'long'] : []);
      await advance(3);
      expect(await kept()).toEqual(keeps ? ['usual', 'short', 'long'] : []);
      await advance(57);
      expect(await kept()).toEqual(keeps ? ['long'] : []);
      await advance(30);
      expect(await kept()).toEqual([]);
    });

    test('delete what is set for no time', async () => {
      const { drafts } = await open();
      await drafts.set('a', 1);
      await drafts.set('a', 2, { ttlSeconds: 0 });
      expect(await drafts.has('a')).toBe(false);
    });

    test.each([-1, 0.5, Number.NaN])('refuse a TTL of %p', async (ttlSeconds) => {
      const { drafts } = await open();
      await expect(drafts.set('a', 1, { ttlSeconds })).rejects.toThrow(RangeError);
      await expect(drafts.expire('a', ttlSeconds)).rejects.toThrow(RangeError);
    });

    test('refuse a value that is no plain data, and keep what was there', async () => {
      const { drafts, keeps } = await open();
      await drafts.set('a', 1);
      await expect(drafts.set('a', () => 2)).rejects.toThrow(TypeError);
      expect(await drafts.get('a')).toBe(keeps ? 1 : undefined);
    });

    test('expire when they are told, earlier or later than they would', async () => {
      const { drafts, keeps, advance } = await open();
      for (const id of ['sooner', 'later']) await drafts.set(id, id);
      expect([await drafts.expire('sooner', 5), await drafts.expire('later', 90)]).toEqual([keeps, keeps]);
      expect(await drafts.expire('absent', 5)).toBe(false);
      expect(await drafts.get('sooner')).toBe(keeps ? 'sooner' : undefined);
      await advance(5);
      expect([await drafts.has('sooner'), await drafts.has('later')]).toEqual([false, keeps]);
      await advance(84);
      expect(await drafts.has('later')).toBe(keeps);
      await advance(1);
      expect(await drafts.has('later')).toBe(false);
    });

    test('bring nothing back that has expired', async () => {
      const { drafts, advance } = await open({ graceSeconds: 30 });
      await drafts.set('a', 1);
      await advance(60);
      expect(await drafts.expire('a', 60)).toBe(false);
      expect(await drafts.has('a')).toBe(false);
    });

    test('load what is not there, one and many', async () => {
      const { drafts, keeps } = await open();
      await drafts.set('b', 'set');
      expect((await drafts.getOrLoad('a', countingLoad())).value).toBe(1);
      expect(await drafts.get('a')).toBe(keeps ? 1 : undefined);
      const load = (ids: string[]) => Promise.resolve(new Map(ids.map((id) => [id, 'loaded'])));
      const served = await drafts.getOrLoadMany(['b', 'c'], load);
      expect([...served.values()].map(({ value }) => value)).toEqual([keeps ? 'set' : 'loaded', 'loaded']);
    });

    test('keep what was set during a load, not what that brings', async () => {
      const { drafts, keeps } = await open();
      const slow = pausedLoad<unknown>();
      const loading = drafts.getOrLoad('a', slow.load);
      await slow.begun;
      await drafts.set('a', 'set');
      slow.finish('loaded');
      expect((await loading).value).toBe('loaded');
      expect(await drafts.get('a')).toBe(keeps ? 'set' : undefined);
    });

    test('delete by tag', async () => {
      const { drafts, keeps } = await open();
      await drafts.set('a', 1, { tags: ['t'] });
      await drafts.setMany([['b', 2]], { tagsOf: () => ['u'] });
      await drafts.deleteTags('t');
      expect(await drafts.has('a', { tags: ['t'] })).toBe(false);
      expect(await drafts.has('b', { tags: ['u'] })).toBe(keeps);
    });

    test('serve what a tag has let expire in need only, and within the grace', async () => {
      const { drafts, keeps, advance } = await open({ graceSeconds: 30 });
      const [tagged, lost] = [{ tags: ['t', 'u'] }, new Error('connection lost')];
      await drafts.set('a', 1, tagged);
      await drafts.set('b', 2, { tags: ['v'] });
      await drafts.expireTags('u', 'unknown');
      expect([await drafts.has('a', tagged), await drafts.has('b', { tags: ['v'] })]).toEqual([false, keeps]);
      const served = drafts.getOrLoad('a', () => Promise.reject(lost), tagged);
      if (keeps) expect(await served).toEqual({ value: 1, how: 'stale' });
      else await expect(served).rejects.toBe(lost);
      expect((await drafts.getOrLoad('a', () => Promise.resolve(2), tagged)).value).toBe(2);
      expect(await drafts.get('a', tagged)).toBe(keeps ? 2 : undefined);
      await drafts.expireTags('t');
      await advance(90);
      await expect(drafts.getOrLoad('a', () => Promise.reject(lost), tagged)).rejects.toBe(lost);
    });

    test('serve nothing that has been deleted hard after it was let expire', async () => {
      const { drafts } = await open({ graceSeconds: 30 });
      const lost = new Error('connection lost');
      await drafts.set('a', 1, { tags: ['t'] });
      await drafts.expireTags('t');
      await drafts.deleteTags('t');
      await expect(drafts.getOrLoad('a', () => Promise.reject(lost), { tags: ['t'] })).rejects.toBe(lost);
    });

    test('are cleared at once', async () => {
      const { drafts, keeps } = await open({ clearable: true });
      for (const id of ['a', 'b']) await drafts.set(id, 1);
      expect(await drafts.has('a')).toBe(keeps);
      await drafts.clear();
      expect((await drafts.getMany(['a', 'b'])).size).toBe(0);
    });

    test('are no coherent ones, and the other way round', async () => {
      const { cache } = await open();
      cache.namespace('users', { ttlSeconds: 60 });
      expect(() => cache.namespace('drafts', { ttlSeconds: 60 })).toThrow('"drafts" is free, not coherent');
      expect(() => cache.freeNamespace('users', { ttlSeconds: 60 })).toThrow('"users" is coherent, not free');
    });
  });
}
