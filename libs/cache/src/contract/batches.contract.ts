import { type MakeCache, pausedLoad } from './cache-under-test.contract.js';

export function describeBatches(make: MakeCache): void {
  const open = async () => {
    const made = await make();
    const asked: string[][] = [];
    const load = (ids: string[]) => {
      asked.push(ids);
      return Promise.resolve(new Map(ids.map((id) => [id, `${id}${asked.length}`])));
    };
    return { ...made, texts: made.cache.namespace<string | null>('texts', { ttlSeconds: 60 }), load, asked };
  };
  const valuesOf = (served: Map<string, { value: unknown }>) => [...served.values()].map(({ value }) => value);

  describe('many at once', () => {
    test('loads those that are missing with one load, and keeps each by itself', async () => {
      const { texts, keeps, load, asked } = await open();
      await texts.getOrLoad('b', () => Promise.resolve('b0'));
      expect(valuesOf(await texts.getOrLoadMany(['a', 'b', 'c'], load))).toEqual(
        keeps ? ['a1', 'b0', 'c1'] : ['a1', 'b1', 'c1'],
      );
      expect(asked).toEqual([keeps ? ['a', 'c'] : ['a', 'b', 'c']]);
      expect([...(await texts.getMany(['c', 'a', 'x']))]).toEqual(
        keeps
          ? [
              ['c', 'c1'],
              ['a', 'a1'],
            ]
          : [],
      );
    });

    test('says of each how it was served', async () => {
      const { texts, keeps, load } = await open();
      await texts.getOrLoad('a', () => Promise.resolve('a0'));
      const served = await texts.getOrLoadMany(['a', 'b'], load);
      expect(served.get('a')!.how).toMatch(keeps ? /^L[12]$/ : /^bypass$/);
      expect(served.get('b')!.how).toBe(keeps ? 'miss' : 'bypass');
    });

    test('asks for an id once that is named twice, and for none when none is named', async () => {
      const { texts, load, asked } = await open();
      expect(valuesOf(await texts.getOrLoadMany(['a', 'a'], load))).toEqual(['a1']);
      expect((await texts.getOrLoadMany([], load)).size).toBe(0);
      expect(asked).toEqual([['a']]);
    });

    test('leaves out what has no value, and keeps that it has none', async () => {
      const { texts, keeps, asked } = await open();
      const load = (ids: string[]) => {
        asked.push(ids);
        return Promise.resolve(new Map<string, string | null>([['null', null]]));
      };
      for (let read = 0; read < 2; read++) expect((await texts.getOrLoadMany(['null', 'none'], load)).size).toBe(0);
      expect(asked).toHaveLength(keeps ? 1 : 2);
      expect([...(await texts.getMany(['null', 'none'])).values()]).toEqual(keeps ? [null, null] : []);
    });

    test('throws what the load throws, and keeps nothing', async () => {
      const { texts, load } = await open();
      const lost = new Error('connection lost');
      await expect(texts.getOrLoadMany(['a', 'b'], () => Promise.reject(lost))).rejects.toBe(lost);
      expect(valuesOf(await texts.getOrLoadMany(['a', 'b'], load))).toEqual(['a1', 'b1']);
    });

    test('forgets those that are deleted together', async () => {
      const { texts, keeps, load } = await open();
      await texts.getOrLoadMany(['a', 'b', 'c'], load);
      await texts.deleteMany(['a', 'c', 'never read']);
      expect([...(await texts.getMany(['a', 'b', 'c'])).keys()]).toEqual(keeps ? ['b'] : []);
      await expect(texts.deleteMany([])).resolves.toBeUndefined();
    });

    test('keeps, of a load during which one was deleted, only the others', async () => {
      const { texts, keeps } = await open();
      const slow = pausedLoad<Map<string, string>>();
      const answer = texts.getOrLoadMany(['a', 'b'], slow.load);
      await slow.begun;
      await texts.delete('a');
      slow.finish(
        new Map([
          ['a', 'old'],
          ['b', 'old'],
        ]),
      );
      expect(valuesOf(await answer)).toEqual(['old', 'old']);
      expect([...(await texts.getMany(['a', 'b'])).keys()]).toEqual(keeps ? ['b'] : []);
    });

    test('shares loads with calls for one and for many that come at the same time', async () => {
      const { texts, keeps } = await open();
      const slow = pausedLoad<Map<string, string>>();
      const first = texts.getOrLoadMany(['a', 'b'], slow.load);
      const others = [
        texts.getOrLoadMany(['b', 'a'], slow.load),
        texts.getOrLoadMany(['a'], slow.load),
        texts.getOrLoadMany(['b'], slow.load),
      ];
      await slow.begun;
      slow.finish(
        new Map([
          ['a', 'A'],
          ['b', 'B'],
        ]),
      );
      expect(valuesOf(await first)).toEqual(['A', 'B']);
      expect((await Promise.all(others)).map(valuesOf)).toEqual([['B', 'A'], ['A'], ['B']]);
      expect(slow.calls()).toBe(keeps ? 1 : 4);
    });

    test('reads and loads a thousand', async () => {
      const { texts, keeps, load, asked } = await open();
      const ids = Array.from({ length: 1_000 }, (_, index) => `id-${index}`);
      for (let read = 0; read < 2; read++) expect([...(await texts.getOrLoadMany(ids, load)).keys()]).toEqual(ids);
      expect(asked).toHaveLength(keeps ? 1 : 2);
    });
  });
}
