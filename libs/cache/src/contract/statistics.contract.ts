import { countingLoad, type MakeCache } from './cache-under-test.contract.js';

export function describeStatistics(make: MakeCache): void {
  test('counts what happens in each namespace', async () => {
    const { cache, keeps } = await make();
    const numbers = cache.namespace<number | null>('numbers', { ttlSeconds: 60 });
    cache.namespace('others', { ttlSeconds: 60 });
    const load = countingLoad();
    for (let read = 0; read < 3; read++) await numbers.getOrLoad('a', load);
    for (let read = 0; read < 2; read++) await numbers.getOrLoad('nothing', () => Promise.resolve(null));
    await numbers.getOrLoad('lost', () => Promise.reject(new Error('connection lost'))).catch(() => undefined);
    await numbers.get('absent');
    const { numbers: counted, others } = cache.statistics();
    expect(counted).toMatchObject(
      keeps
        ? { hits: 3, misses: 3, loads: 3, loadErrors: 1, reads: { miss: 2, negative: 1, absent: 1, stale: 0 } }
        : { hits: 0, misses: 6, loads: 6, loadErrors: 1, reads: { bypass: 5, absent: 1 } },
    );
    expect(counted!.loadSeconds).toBeGreaterThan(0);
    expect(counted!.bytesStored > 0).toBe(keeps);
    expect(counted!.bytesRead > counted!.bytesStored).toBe(keeps);
    expect(others).toMatchObject({ hits: 0, misses: 0, loads: 0, bytesStored: 0 });
  });

  test('counts a value that may not be kept any more as refused', async () => {
    const { cache, keeps } = await make();
    const numbers = cache.namespace<number>('numbers', { ttlSeconds: 60 });
    await numbers.getOrLoad('a', async () => {
      await numbers.delete('a');
      return 1;
    });
    expect(cache.statistics()['numbers']).toMatchObject({ fillsRefused: keeps ? 1 : 0, bytesStored: 0 });
  });
}
