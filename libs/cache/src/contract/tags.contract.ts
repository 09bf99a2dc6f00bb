import { countingLoad, type MakeCache, pausedLoad } from './cache-under-test.contract.js';

export function describeTags(make: MakeCache): void {
  const open = async () => {
    const made = await make();
    const numbers = made.cache.namespace<number>('numbers', { ttlSeconds: 60, clearable: true });
    const read = async (id: string, ...tags: string[]) => (await numbers.getOrLoad(id, countingLoad(), { tags })).how;
    return { ...made, numbers, read };
  };

  describe('tags', () => {
    test('deletes what has the tag, and nothing else', async () => {
      const { numbers, keeps, read } = await open();
      await read('a', 't');
      await read('b', 'u');
      await read('c', 't', 'u');
      await read('d');
      await numbers.deleteTags('t');
      const has = await Promise.all([
        numbers.has('a', { tags: ['t'] }),
        numbers.has('b', { tags: ['u'] }),
        numbers.has('c', { tags: ['u', 't'] }),
        numbers.has('d'),
      ]);
      expect(has).toEqual([false, keeps, false, keeps]);
    });

    test('keeps what is loaded after the deletion', async () => {
      const { numbers, keeps, read } = await open();
      for (let round = 0; round < 3; round++) {
        await numbers.deleteTags('t', 'u');
        await read('a', 't', 'u');
        expect(await numbers.has('a', { tags: ['t', 'u'] })).toBe(keeps);
      }
    });

    test('takes what was kept with other tags for absent', async () => {
      const { numbers, keeps, read } = await open();
      await read('a', 't');
      for (const tags of [[], ['u'], ['t', 'u']]) expect(await numbers.has('a', { tags })).toBe(false);
      expect(await numbers.has('a', { tags: ['t', 't'] })).toBe(keeps);
      expect(await read('a')).toBe(keeps ? 'miss' : 'bypass');
    });

    test('keeps nothing of a load during which one of its tags was deleted', async () => {
      const { numbers } = await open();
      const slow = pausedLoad<number>();
      const old = numbers.getOrLoad('a', slow.load, { tags: ['t', 'u'] });
      await slow.begun;
      await numbers.deleteTags('u');
      slow.finish(0);
      expect((await old).value).toBe(0);
      expect((await numbers.getOrLoad('a', countingLoad(), { tags: ['t', 'u'] })).value).toBe(1);
    });

    test('joins no load that began before one of its tags was deleted', async () => {
      const { numbers } = await open();
      const slow = pausedLoad<number>();
      const old = numbers.getOrLoad('a', slow.load, { tags: ['t'] });
      await slow.begun;
      await numbers.deleteTags('t');
      const late = numbers.getOrLoad('a', countingLoad(), { tags: ['t'] });
      slow.finish(0);
      expect((await late).value).toBe(1);
      await old;
    });

    test('names tags of each of many', async () => {
      const { numbers, keeps } = await open();
      const tagsOf = (id: string) => [`of-${id}`, 'all'];
      const load = (ids: string[]) => Promise.resolve(new Map(ids.map((id) => [id, 1])));
      await numbers.getOrLoadMany(['a', 'b'], load, { tagsOf });
      await numbers.deleteTags('of-a');
      expect([...(await numbers.getMany(['a', 'b'], { tagsOf })).keys()]).toEqual(keeps ? ['b'] : []);
      await numbers.deleteTags('all');
      expect((await numbers.getMany(['a', 'b'], { tagsOf })).size).toBe(0);
    });

    test('knows tags of its own namespace only', async () => {
      const { cache, numbers, keeps, read } = await open();
      await read('a', 't');
      await cache.namespace('others', { ttlSeconds: 60 }).deleteTags('t');
      expect(await numbers.has('a', { tags: ['t'] })).toBe(keeps);
    });

    test.each([[['']], [Array.from({ length: 101 }, String)]])('refuses the tags %j', async (tags) => {
      const { numbers } = await open();
      await expect(numbers.getOrLoad('a', countingLoad(), { tags })).rejects.toThrow();
    });
  });

  describe('clear', () => {
    test('deletes everything in the namespace, and nothing else', async () => {
      const { cache, numbers, keeps, read } = await open();
      const others = cache.namespace<number>('others', { ttlSeconds: 60, clearable: true });
      await others.getOrLoad('a', countingLoad());
      for (const id of ['a', 'b']) await read(id);
      await read('c', 't');
      await numbers.clear();
      expect([await numbers.has('a'), await numbers.has('b'), await numbers.has('c', { tags: ['t'] })]).toEqual([
        false,
        false,
        false,
      ]);
      expect(await others.has('a')).toBe(keeps);
      await read('a');
      expect(await numbers.has('a')).toBe(keeps);
    });

    test('keeps nothing of a load that began before it', async () => {
      const { numbers } = await open();
      const slow = pausedLoad<number>();
      const old = numbers.getOrLoad('a', slow.load);
      await slow.begun;
      await numbers.clear();
      slow.finish(0);
      await old;
      expect((await numbers.getOrLoad('a', countingLoad())).value).toBe(1);
    });

    test('is refused where the namespace was not opened for it', async () => {
      const { cache } = await open();
      const others = cache.namespace('others', { ttlSeconds: 60 });
      await expect(others.clear()).rejects.toThrow('"others" was opened without "clearable: true"');
      expect(() => others.everything).toThrow(TypeError);
    });
  });
}
