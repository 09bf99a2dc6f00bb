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

    test('refuses a second TTL for one name', async () => {
      const { cache } = await make();
      cache.namespace('users', { ttlSeconds: 60 });
      expect(() => cache.namespace('users', { ttlSeconds: 61 })).toThrow('"users" has a TTL of 60 s, not 61 s');
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
