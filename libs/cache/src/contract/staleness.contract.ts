import { LoadTimeout } from '../cache.errors.js';
import type { NamespaceOptions } from '../namespace-options.js';
import { countingLoad, type MakeCache, pausedLoad } from './cache-under-test.contract.js';
import { settled } from './settled.contract.js';

const LOST = new Error('connection lost');
const fails = () => Promise.reject(LOST);

export function describeStaleness(make: MakeCache): void {
  const open = async (options: Partial<NamespaceOptions<number>>) => {
    const made = await make();
    return { ...made, numbers: made.cache.namespace<number>('numbers', { ttlSeconds: 60, ...options }) };
  };
  const opened = async (options: Partial<NamespaceOptions<number>>) => {
    const made = await open(options);
    await made.numbers.getOrLoad('a', () => Promise.resolve(1));
    return made;
  };
  const GRACE = { graceSeconds: 30 };

  describe('grace', () => {
    test('serves what has expired when its load fails, and until the grace ends', async () => {
      const { numbers, keeps, advance, cache } = await opened(GRACE);
      await advance(60);
      const served = () => numbers.getOrLoad('a', fails);
      if (!keeps) return expect(served()).rejects.toBe(LOST);
      expect(await served()).toEqual({ value: 1, how: 'stale' });
      await advance(29);
      expect(await served()).toEqual({ value: 1, how: 'stale' });
      await advance(1);
      await expect(served()).rejects.toBe(LOST);
      expect(cache.statistics()['numbers']).toMatchObject({ staleServed: 2, loadErrors: 3 });
    });

    test('loads what has expired if it can', async () => {
      const { numbers, keeps, advance } = await opened(GRACE);
      await advance(60);
      expect(await numbers.getOrLoad('a', () => Promise.resolve(2))).toEqual({
        value: 2,
        how: keeps ? 'miss' : 'bypass',
      });
      expect(await numbers.get('a')).toBe(keeps ? 2 : undefined);
    });

    test('takes what has expired for absent where nothing is loaded', async () => {
      const { numbers, advance } = await opened(GRACE);
      await advance(60);
      expect([await numbers.has('a'), await numbers.get('a')]).toEqual([false, undefined]);
    });

    test('serves nothing that was deleted, before the load or during it', async () => {
      const { numbers, advance } = await opened(GRACE);
      await advance(60);
      const deletes = async () => {
        await numbers.delete('a');
        throw LOST;
      };
      await expect(numbers.getOrLoad('a', deletes)).rejects.toBe(LOST);
      await expect(numbers.getOrLoad('a', fails)).rejects.toBe(LOST);
    });

    test('serves nothing with a tag that was deleted, before the load or during it', async () => {
      const { numbers, advance } = await open(GRACE);
      const tagged = { tags: ['t'] };
      await numbers.getOrLoad('a', () => Promise.resolve(1), tagged);
      await advance(60);
      const deletes = async () => {
        await numbers.deleteTags('t');
        throw LOST;
      };
      await expect(numbers.getOrLoad('a', deletes, tagged)).rejects.toBe(LOST);
      await expect(numbers.getOrLoad('a', fails, tagged)).rejects.toBe(LOST);
    });

    test('throws what the load throws where there is no grace', async () => {
      const { numbers, advance } = await opened({});
      await advance(60);
      await expect(numbers.getOrLoad('a', fails)).rejects.toBe(LOST);
    });

    test('serves many when their load fails, if there is something of each', async () => {
      const { numbers, keeps, advance } = await opened(GRACE);
      await advance(60);
      const served = (...ids: string[]) => numbers.getOrLoadMany(ids, fails);
      await expect(served('a', 'b')).rejects.toBe(LOST);
      if (!keeps) return expect(served('a')).rejects.toBe(LOST);
      expect([...(await served('a'))]).toEqual([['a', { value: 1, how: 'stale' }]]);
    });
  });

  describe('time-outs', () => {
    test('serves what has expired when its load takes longer than the soft time-out, and keeps what that brings', async () => {
      const { numbers, keeps, advance, cache } = await opened({ ...GRACE, softTimeoutMs: 1 });
      await advance(60);
      const slow = pausedLoad<number>();
      const answer = numbers.getOrLoad('a', slow.load);
      if (keeps) expect(await answer).toEqual({ value: 1, how: 'stale' });
      slow.finish(2);
      if (!keeps) return expect(await answer).toEqual({ value: 2, how: 'bypass' });
      await settled(() => numbers.has('a'));
      expect(await numbers.get('a')).toBe(2);
      expect(cache.statistics()['numbers']).toMatchObject({ timeouts: 1, staleServed: 1, loads: 2, loadErrors: 0 });
    });

    test('waits beyond the soft time-out where there is nothing else', async () => {
      const { numbers } = await open({ ...GRACE, softTimeoutMs: 1 });
      const slow = pausedLoad<number>();
      const answer = numbers.getOrLoad('a', slow.load);
      await slow.begun;
      setTimeout(() => slow.finish(1), 20);
      expect((await answer).value).toBe(1);
    });

    test('serves nothing that was deleted while the soft time-out passed', async () => {
      const { numbers, keeps, advance } = await opened({ ...GRACE, softTimeoutMs: 1_000, hardTimeoutMs: 1_100 });
      await advance(60);
      const slow = pausedLoad<number>();
      const answer = numbers.getOrLoad('a', slow.load);
      answer.catch(() => undefined);
      await slow.begun;
      await numbers.delete('a');
      await expect(answer).rejects.toThrow(LoadTimeout);
      slow.finish(2);
      expect((await numbers.getOrLoad('a', () => Promise.resolve(3))).value).toBe(3);
      expect(await numbers.get('a')).toBe(keeps ? 3 : undefined);
    });

    test('rejects after the hard time-out, and keeps what the load brings all the same', async () => {
      const { numbers, keeps } = await open({ hardTimeoutMs: 1 });
      const slow = pausedLoad<number>();
      await expect(numbers.getOrLoad('a', slow.load)).rejects.toThrow(
        'A value of the cache namespace "numbers" was not loaded within 1 ms.',
      );
      slow.finish(1);
      if (keeps) await settled(() => numbers.has('a'));
      expect(await numbers.get('a')).toBe(keeps ? 1 : undefined);
    });

    test('rejects with LoadTimeout for many, too', async () => {
      const { numbers } = await open({ hardTimeoutMs: 1 });
      const never = new Promise<Map<string, number>>(() => undefined);
      await expect(numbers.getOrLoadMany(['a'], () => never)).rejects.toThrow(LoadTimeout);
    });

    test('serves what has expired at the hard time-out, if the namespace has grace', async () => {
      const { numbers, keeps, advance } = await opened({ ...GRACE, hardTimeoutMs: 500 });
      await advance(60);
      const slow = pausedLoad<number>();
      const answer = numbers.getOrLoad('a', slow.load);
      if (keeps) expect(await answer).toEqual({ value: 1, how: 'stale' });
      else await expect(answer).rejects.toThrow(LoadTimeout);
      slow.finish(2);
    });

    test('is not late for what is kept', async () => {
      const { numbers, keeps } = await opened({ hardTimeoutMs: 5_000 });
      expect((await numbers.getOrLoad('a', countingLoad())).how).toMatch(keeps ? /L[12]/ : /bypass/);
    });
  });

  describe('early refresh', () => {
    const refreshed = async (options: Partial<NamespaceOptions<number>>, afterSeconds: number, chance = 0) => {
      const { numbers, keeps, advance, draw, cache } = await opened(options);
      await advance(afterSeconds);
      draw(chance);
      const load = pausedLoad<number>();
      const { value, how } = await numbers.getOrLoad('a', load.load);
      return { numbers, keeps, load, value, how, cache };
    };

    test('serves what is kept, and loads it anew in the background, once that part of its time has passed', async () => {
      const made = await make();
      if (!made.keeps) return expect(made.cache.namespace('a', { ttlSeconds: 1, earlyRefresh: 0.5 })).toBeDefined();
      const { numbers, load, value, how, cache } = await refreshed({ earlyRefresh: 0.5 }, 30);
      expect({ value, how }).toEqual({ value: 1, how: expect.stringMatching(/^L[12]$/) as string });
      await load.begun;
      const again = pausedLoad<number>();
      expect((await numbers.getOrLoad('a', again.load)).value).toBe(1);
      load.finish(2);
      await settled(async () => (await numbers.get('a')) === 2);
      expect(again.calls()).toBe(0);
      expect(cache.statistics()['numbers']).toMatchObject({ loads: 2, misses: 1 });
    });

    test('is not early before that', async () => {
      const made = await opened({ earlyRefresh: 0.5 });
      await made.advance(29);
      const load = countingLoad();
      await made.numbers.getOrLoad('a', load);
      expect(made.cache.statistics()['numbers']!.loads).toBe(made.keeps ? 1 : 2);
    });

    test('goes by chance and by the time of the load with xfetch', async () => {
      const { numbers, keeps, advance, draw, cache } = await open({ earlyRefresh: 'xfetch' });
      await numbers.getOrLoad('a', async () => {
        await advance(1);
        return 1;
      });
      if (!keeps) return expect(cache.statistics()['numbers']!.loads).toBe(1);
      await advance(57); // two loads before the end
      await numbers.getOrLoad('a', () => Promise.resolve(2));
      expect(cache.statistics()['numbers']!.loads).toBe(1);
      draw(1 - Math.exp(-3));
      expect((await numbers.getOrLoad('a', () => Promise.resolve(2))).value).toBe(1);
      await settled(async () => (await numbers.get('a')) === 2);
    });

    test('keeps nothing of a refresh during which the id was deleted', async () => {
      const { numbers, keeps, advance } = await opened({ earlyRefresh: 0.5 });
      await advance(30);
      const load = pausedLoad<number>();
      const answer = numbers.getOrLoad('a', load.load);
      await load.begun;
      await numbers.delete('a');
      load.finish(2);
      await answer;
      expect((await numbers.getOrLoad('a', () => Promise.resolve(3))).value).toBe(3);
      expect(await numbers.get('a')).toBe(keeps ? 3 : undefined);
    });

    test('serves what is kept until it expires when the refresh fails', async () => {
      const { numbers, keeps, advance, cache } = await opened({ earlyRefresh: 0.5 });
      if (!keeps) return expect(numbers.getOrLoad('a', fails)).rejects.toBe(LOST);
      await advance(30);
      expect((await numbers.getOrLoad('a', fails)).value).toBe(1);
      await settled(() => cache.statistics()['numbers']!.loadErrors === 1);
      expect((await numbers.getOrLoad('a', fails)).value).toBe(1);
      await advance(30);
      await expect(numbers.getOrLoad('a', fails)).rejects.toBe(LOST);
    });

    test('refreshes many with one load', async () => {
      const { numbers, keeps, advance, cache } = await open({ earlyRefresh: 0.5 });
      const load = (ids: string[]) =>
        Promise.resolve(new Map(ids.map((id) => [id, cache.statistics()['numbers']!.loads])));
      await numbers.getOrLoadMany(['a', 'b'], load);
      await advance(30);
      await numbers.getOrLoadMany(['a', 'b'], load);
      if (keeps) await settled(async () => [...(await numbers.getMany(['a', 'b'])).values()].join() === '2,2');
      expect(cache.statistics()['numbers']!.loads).toBe(2);
    });
  });
}
