import { describeCacheService } from './cache-service.contract.js';
import { Hands } from './contract/cache-under-test.contract.js';
import { MemoryCacheService } from './memory-cache.service.js';

const ROOMY = { maxEntries: 1000, maxBytes: 1_000_000 };

describeCacheService(MemoryCacheService.name, () => {
  const { settings, advance, draw } = new Hands();
  const cache = new MemoryCacheService({ ...ROOMY, ...settings });
  return Promise.resolve({ cache, keeps: true, advance, draw });
});

describe(MemoryCacheService.name, () => {
  const texts = (bounds: Partial<typeof ROOMY>) => {
    const cache = new MemoryCacheService({ ...ROOMY, ...bounds });
    const namespace = cache.namespace<string>('texts', { ttlSeconds: 60 });
    const howServed = async (id: string, text = 'text') =>
      (await namespace.getOrLoad(id, () => Promise.resolve(text))).how;
    return { cache, howServed };
  };

  test('drops the entry least recently used when it holds maxEntries', async () => {
    const { howServed } = texts({ maxEntries: 2 });
    await howServed('a');
    await howServed('b');
    await howServed('a');
    await howServed('c');
    expect([await howServed('a'), await howServed('c'), await howServed('b')]).toEqual(['L1', 'L1', 'miss']);
  });

  test('counts the entries of all namespaces together', async () => {
    const { cache, howServed } = texts({ maxEntries: 1 });
    await howServed('a');
    await cache.namespace('others', { ttlSeconds: 60 }).getOrLoad('a', () => Promise.resolve(1));
    expect(await howServed('a')).toBe('miss');
  });

  test('drops the entries least recently used when they exceed maxBytes', async () => {
    const { howServed } = texts({ maxBytes: 1000 });
    await howServed('a', 'x'.repeat(400));
    await howServed('b', 'x'.repeat(400));
    await howServed('c', 'x'.repeat(400));
    expect([await howServed('c'), await howServed('b'), await howServed('a')]).toEqual(['L1', 'L1', 'miss']);
  });

  test('counts the bytes of ids too', async () => {
    const { howServed } = texts({ maxBytes: 100 });
    const id = 'a'.repeat(100);
    expect([await howServed(id), await howServed(id)]).toEqual(['miss', 'miss']);
  });

  test('serves, but does not keep, an entry larger than maxBytes, and drops no other for it', async () => {
    const { howServed } = texts({ maxBytes: 1000 });
    await howServed('small');
    expect([await howServed('large', 'x'.repeat(1001)), await howServed('large', 'small now')]).toEqual([
      'miss',
      'miss',
    ]);
    expect(await howServed('small')).toBe('L1');
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a bound of %p', (bound) => {
    expect(() => texts({ maxEntries: bound })).toThrow(RangeError);
    expect(() => texts({ maxBytes: bound })).toThrow(RangeError);
  });

  test('measures time by itself when no clock is given', async () => {
    const { howServed } = texts({});
    expect([await howServed('a'), await howServed('a')]).toEqual(['miss', 'L1']);
  });
});
