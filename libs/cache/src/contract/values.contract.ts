import { countingLoad, type MakeCache } from './cache-under-test.contract.js';

const TTL = { ttlSeconds: 60 };

export function describeValues(make: MakeCache): void {
  describe('what is kept', () => {
    test('gives what is kept without a load, and undefined for what is not', async () => {
      const { cache, keeps } = await make();
      const values = cache.namespace<number | null>('values', TTL);
      await values.getOrLoad('a', countingLoad());
      await values.getOrLoad('nothing', () => Promise.resolve(null));
      expect([await values.get('a'), await values.get('b')]).toEqual([keeps ? 1 : undefined, undefined]);
      expect(await values.get('nothing')).toBe(keeps ? null : undefined);
    });

    test('has what is kept, be it null, until it is deleted or its TTL ends', async () => {
      const { cache, keeps, advance } = await make();
      const values = cache.namespace<null>('values', TTL);
      for (const id of ['a', 'b']) await values.getOrLoad(id, () => Promise.resolve(null));
      expect([await values.has('a'), await values.has('c')]).toEqual([keeps, false]);
      await values.delete('a');
      expect([await values.has('a'), await values.has('b')]).toEqual([false, keeps]);
      await advance(60);
      expect(await values.has('b')).toBe(false);
    });

    test.each([[null], [undefined]])('keeps %p for the negative TTL, and other values for theirs', async (nothing) => {
      const { cache, keeps, advance } = await make();
      const values = cache.namespace<unknown>('values', { ...TTL, negativeTtlSeconds: 5 });
      await values.getOrLoad('nothing', () => Promise.resolve(nothing));
      await values.getOrLoad('zero', () => Promise.resolve(0));
      await advance(4);
      expect(await values.has('nothing')).toBe(keeps);
      await advance(1);
      expect([await values.has('nothing'), await values.has('zero')]).toEqual([false, keeps]);
    });

    test('keeps nothing where the negative TTL is 0', async () => {
      const { cache } = await make();
      const values = cache.namespace<number | null>('values', { ...TTL, negativeTtlSeconds: 0 });
      expect((await values.getOrLoad('a', () => Promise.resolve(null))).value).toBeNull();
      expect((await values.getOrLoad('a', countingLoad())).value).toBe(1);
    });

    test('keeps each value as long as ttlOf says of it', async () => {
      const { cache, keeps, advance } = await make();
      const ttlOf = (seconds: number) => (seconds === -1 ? undefined : seconds);
      const values = cache.namespace('values', { ...TTL, ttlOf });
      for (const seconds of [-1, 0, 5, 90]) await values.getOrLoad(`${seconds}`, () => Promise.resolve(seconds));
      const kept = async () => [...(await values.getMany(['-1', '0', '5', '90'])).values()];
      expect(await kept()).toEqual(keeps ? [-1, 5, 90] : []);
      await advance(5);
      expect(await kept()).toEqual(keeps ? [-1, 90] : []);
      await advance(55);
      expect(await kept()).toEqual(keeps ? [90] : []);
      await advance(30);
      expect(await kept()).toEqual([]);
    });

    test('throws a RangeError for a TTL that is none, and keeps nothing', async () => {
      const { cache } = await make();
      const values = cache.namespace<number>('values', { ...TTL, ttlOf: () => Number.NaN });
      await expect(values.getOrLoad('a', countingLoad())).rejects.toThrow(RangeError);
      expect(await values.has('a')).toBe(false);
    });

    test('lets values expire earlier by chance, by the jitter at most', async () => {
      const { cache, keeps, advance, draw } = await make();
      const values = cache.namespace<number>('values', { ...TTL, ttlJitter: 0.5 });
      await values.getOrLoad('whole', countingLoad());
      draw(0.5);
      await values.getOrLoad('shorter', countingLoad());
      await advance(44);
      expect([await values.has('whole'), await values.has('shorter')]).toEqual([keeps, keeps]);
      await advance(1);
      expect([await values.has('whole'), await values.has('shorter')]).toEqual([keeps, false]);
    });

    test('gives what validate makes of it, from the first read on', async () => {
      const { cache } = await make();
      const validate = (value: unknown) => new URL(value as string);
      const urls = cache.namespace<URL | string>('urls', { ...TTL, validate });
      for (let read = 0; read < 2; read++) {
        const { value } = await urls.getOrLoad('a', () => Promise.resolve('http://a.example'));
        expect((value as URL).host).toBe('a.example');
      }
    });

    test('throws what validate throws of a loaded value, and keeps nothing', async () => {
      const { cache } = await make();
      const noNumber = new Error('no number');
      const validate = (value: unknown) => {
        if (typeof value !== 'number') throw noNumber;
        return value;
      };
      const numbers = cache.namespace<unknown>('numbers', { ...TTL, validate });
      await expect(numbers.getOrLoad('a', () => Promise.resolve('one'))).rejects.toBe(noNumber);
      expect((await numbers.getOrLoad('a', countingLoad())).value).toBe(1);
    });

    test('loads anew what validate does not let pass any more', async () => {
      const { cache } = await make();
      let version = 1;
      const validate = (value: unknown) => {
        if ((value as { version: number }).version !== version) throw new Error('of another version');
        return value as { version: number };
      };
      const rows = cache.namespace('rows', { ...TTL, validate });
      const load = () => Promise.resolve({ version });
      await rows.getOrLoad('a', load);
      version = 2;
      expect(await rows.has('a')).toBe(false);
      expect((await rows.getOrLoad('a', load)).value).toEqual({ version: 2 });
    });

    test('compresses what takes more bytes than told, if that makes it smaller', async () => {
      const { cache, keeps } = await make();
      const [plain, compressed] = [
        cache.namespace<string>('plain', TTL),
        cache.namespace<string>('compressed', { ...TTL, compressAboveBytes: 100 }),
      ];
      const text = 'again and '.repeat(1_000);
      for (const texts of [plain, compressed]) {
        await texts.getOrLoad('a', () => Promise.resolve(text));
        expect((await texts.getOrLoad('a', () => Promise.resolve(text))).value).toBe(text);
      }
      const { plain: large, compressed: small } = cache.statistics();
      expect(large!.bytesStored).toBeGreaterThanOrEqual(keeps ? 10_000 : 0);
      expect(small!.bytesStored).toBeLessThan(1_000);
    });

    test('answers one frozen value to all where it is told to', async () => {
      const { cache } = await make();
      const values = cache.namespace<{ list: number[] }>('values', { ...TTL, answers: 'frozen' });
      for (let read = 0; read < 2; read++) {
        const { value } = await values.getOrLoad('a', () => Promise.resolve({ list: [1] }));
        expect(Object.isFrozen(value) && Object.isFrozen(value.list)).toBe(true);
        expect(value).toEqual({ list: [1] });
      }
    });

    test('answers copies still of what cannot be frozen', async () => {
      const { cache } = await make();
      const values = cache.namespace<{ at: Date }>('values', { ...TTL, answers: 'frozen' });
      for (let read = 0; read < 3; read++) {
        const { value } = await values.getOrLoad('a', () => Promise.resolve({ at: new Date(0) }));
        expect(value.at.getTime()).toBe(0);
        value.at.setTime(1);
      }
    });
  });
}
