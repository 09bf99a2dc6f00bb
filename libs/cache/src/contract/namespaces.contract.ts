import type { NamespaceOptions } from '../namespace-options.js';
import { countingLoad, type MakeCache } from './cache-under-test.contract.js';

export function describeNamespaces(make: MakeCache): void {
  describe('namespaces', () => {
    test('never sees the ids of another namespace', async () => {
      const { cache } = await make();
      const pairs = [
        ['a', 'b:c'],
        ['a-b', 'c'],
        ['a', 'b-c'],
        ['a', ':b:c'],
        ['b', 'c'],
        ['a', ''],
      ] as const;
      for (const [name, id] of pairs) {
        const { value } = await cache
          .namespace<string>(name, { ttlSeconds: 60 })
          .getOrLoad(id, () => Promise.resolve(`${name} ${id}`));
        expect(value).toBe(`${name} ${id}`);
      }
    });

    test('deletes in its own namespace only', async () => {
      const { cache, keeps } = await make();
      const [users, orders] = [
        cache.namespace('users', { ttlSeconds: 60 }),
        cache.namespace('orders', { ttlSeconds: 60 }),
      ];
      const load = countingLoad();
      await users.getOrLoad('1', load);
      await orders.delete('1');
      expect((await users.getOrLoad('1', load)).value).toBe(keeps ? 1 : 2);
    });

    test('gives the same content to who asks for the same name', async () => {
      const { cache, keeps } = await make();
      const load = countingLoad();
      await cache.namespace('users', { ttlSeconds: 60 }).getOrLoad('1', load);
      expect((await cache.namespace('users', { ttlSeconds: 60 }).getOrLoad('1', load)).value).toBe(keeps ? 1 : 2);
      await cache.namespace('users', { ttlSeconds: 60 }).delete('1');
      expect((await cache.namespace('users', { ttlSeconds: 60 }).getOrLoad('1', load)).value).toBe(keeps ? 2 : 3);
    });

    test('refuses other options for a name that is in use, and says which', async () => {
      const { cache } = await make();
      const ttlOf = () => 5;
      cache.namespace('users', { ttlSeconds: 60, ttlOf });
      expect(() => cache.namespace('users', { ttlSeconds: 61, ttlOf })).toThrow('ttlSeconds = 60, not 61');
      expect(() => cache.namespace('users', { ttlSeconds: 60, ttlOf: () => 5 })).toThrow(RangeError);
      expect(() => cache.namespace('users', { ttlSeconds: 60 })).toThrow('ttlOf');
      expect(() => cache.namespace('users', { ttlSeconds: 60, ttlOf, clearable: true })).toThrow(
        'clearable = undefined, not true',
      );
      expect(cache.namespace('users', { ttlSeconds: 60, ttlOf })).toBeDefined();
    });

    test.each<[string, Partial<NamespaceOptions>]>([
      ['a negative TTL for nothing', { negativeTtlSeconds: -1 }],
      ['half a second of grace', { graceSeconds: 0.5 }],
      ['a TTL that may be as short as nothing', { ttlJitter: 1 }],
      ['a refresh after the end', { earlyRefresh: 1 }],
      ['a hard time-out of nothing', { hardTimeoutMs: 0 }],
      ['a soft time-out after the hard one', { graceSeconds: 1, softTimeoutMs: 10, hardTimeoutMs: 10 }],
      ['a soft time-out without grace', { softTimeoutMs: 10 }],
      ['to compress above less than no bytes', { compressAboveBytes: -1 }],
    ])('refuses %s', async (_, options) => {
      const { cache } = await make();
      expect(() => cache.namespace('users', { ttlSeconds: 60, ...options })).toThrow(RangeError);
    });

    test.each(['', 'Users', '1st', '-users', 'user_profiles', 'users:1', 'users*', 'users\n'])(
      'refuses the name %j',
      async (name) => {
        const { cache } = await make();
        expect(() => cache.namespace(name, { ttlSeconds: 60 })).toThrow(TypeError);
      },
    );

    test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a TTL of %p seconds', async (ttlSeconds) => {
      const { cache } = await make();
      expect(() => cache.namespace('users', { ttlSeconds })).toThrow(RangeError);
    });
  });
}
