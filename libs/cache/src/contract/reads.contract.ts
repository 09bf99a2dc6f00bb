import { countingLoad, type MakeCache, pausedLoad } from './cache-under-test.contract.js';

export function describeReads(make: MakeCache): void {
  describe('reads', () => {
    test('loads what is not kept, and says how each read was served', async () => {
      const { cache, keeps } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      const load = countingLoad();
      expect(await numbers.getOrLoad('a', load)).toEqual({ value: 1, how: keeps ? 'miss' : 'bypass' });
      expect(await numbers.getOrLoad('a', load)).toEqual(
        keeps ? { value: 1, how: expect.stringMatching(/^L[12]$/) as string } : { value: 2, how: 'bypass' },
      );
    });

    test.each([[null], [undefined], [0], [''], [false], [Number.NaN]])('takes %p for a value', async (value) => {
      const { cache, keeps } = await make();
      const values = cache.namespace<unknown>('values', { ttlSeconds: 60 });
      expect((await values.getOrLoad('a', () => Promise.resolve(value))).value).toBe(value);
      const again = await values.getOrLoad('a', () => Promise.resolve('loaded again'));
      expect(again.value).toBe(keeps ? value : 'loaded again');
    });

    test('throws what the loader throws, and loads again the next time', async () => {
      const { cache } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      const lost = new Error('connection lost');
      await expect(numbers.getOrLoad('a', () => Promise.reject(lost))).rejects.toBe(lost);
      expect((await numbers.getOrLoad('a', countingLoad())).value).toBe(1);
    });

    test('throws what the loader throws before it returns a promise', async () => {
      const { cache } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      const broken = new Error('no such column');
      const load = (): Promise<number> => {
        throw broken;
      };
      await expect(numbers.getOrLoad('a', load)).rejects.toBe(broken);
      expect((await numbers.getOrLoad('a', countingLoad())).value).toBe(1);
    });

    test('forgets the id that is deleted, and no other', async () => {
      const { cache, keeps } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      const [a, b] = [countingLoad(), countingLoad()];
      await numbers.getOrLoad('a', a);
      await numbers.getOrLoad('b', b);
      await numbers.delete('a');
      expect((await numbers.getOrLoad('a', a)).value).toBe(2);
      expect((await numbers.getOrLoad('b', b)).value).toBe(keeps ? 1 : 2);
    });

    test('deletes an id it does not have', async () => {
      const { cache } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      await expect(numbers.delete('never read')).resolves.toBeUndefined();
    });
  });

  describe('time to live', () => {
    test('serves a value until its TTL ends, and not after', async () => {
      const { cache, keeps, advance } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      const load = countingLoad();
      await numbers.getOrLoad('a', load);
      await advance(59);
      expect((await numbers.getOrLoad('a', load)).value).toBe(keeps ? 1 : 2);
      await advance(1);
      expect((await numbers.getOrLoad('a', load)).value).toBe(keeps ? 2 : 3);
    });

    test('counts the age of a value from before its load began', async () => {
      const { cache, advance } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      const slow = pausedLoad<number>();
      const first = numbers.getOrLoad('a', slow.load);
      await slow.begun;
      await advance(59);
      slow.finish(0);
      await first;
      await advance(1);
      expect((await numbers.getOrLoad('a', countingLoad())).value).toBe(1);
    });

    test('keeps nothing of a load that took longer than the TTL', async () => {
      const { cache, advance } = await make();
      const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
      const slow = pausedLoad<number>();
      const first = numbers.getOrLoad('a', slow.load);
      await slow.begun;
      await advance(60);
      slow.finish(0);
      expect((await first).value).toBe(0);
      expect((await numbers.getOrLoad('a', countingLoad())).value).toBe(1);
    });
  });
}
