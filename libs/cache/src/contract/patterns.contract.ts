import type { CacheService } from '../cache-service.js';
import { type MakeCache, pausedLoad } from './cache-under-test.contract.js';

const IDS = ['user-1', 'user-2', 'user-10', 'order-1', 'user.1', 'an id with spaces', 'x'.repeat(200)];
const TTL = { ttlSeconds: 60 };

export function describePatterns(make: MakeCache): void {
  describe.each([
    ['coherent', (cache: CacheService) => cache.namespace<string>('rows', TTL)],
    ['free', (cache: CacheService) => cache.freeNamespace<string>('rows', TTL)],
  ] as const)('patterns in a %s namespace', (_, open) => {
    const filled = async () => {
      const made = await make();
      const rows = open(made.cache);
      await rows.getOrLoadMany(IDS, (ids) => Promise.resolve(new Map(ids.map((id) => [id, id]))));
      const left = async () => [...(await rows.getMany(IDS)).keys()];
      return { ...made, rows, left };
    };

    test.each([
      ['user-1', ['user-1']],
      ['user-*', ['user-1', 'user-2', 'user-10']],
      ['user-?', ['user-1', 'user-2']],
      ['*-1', ['user-1', 'order-1']],
      ['user.1', ['user.1']],
      ['user[-.]1', []],
      ['[', []],
      ['*', IDS],
    ])('deletes what matches %j, and nothing else', async (pattern, gone) => {
      const { rows, keeps, left } = await filled();
      expect(await rows.deletePattern(pattern)).toBe(keeps ? gone.length : 0);
      expect(await left()).toEqual(keeps ? IDS.filter((id) => !gone.includes(id)) : []);
    });

    test('says how far it is', async () => {
      const { rows, keeps } = await filled();
      const progress: { removed: number; steps: number }[] = [];
      await rows.deletePattern('user-*', (now) => progress.push(now));
      expect(progress.map(({ steps }) => steps)).toEqual(progress.map((_, index) => index + 1));
      expect(progress.at(-1)?.removed).toBe(keeps ? 3 : undefined);
    });

    test('leaves other namespaces alone, also one whose name begins alike', async () => {
      const { cache, rows, keeps } = await filled();
      const others = cache.namespace<string>('rows-of-others', TTL);
      await others.getOrLoad('user-1', () => Promise.resolve('a'));
      await rows.deletePattern('*');
      expect(await others.has('user-1')).toBe(keeps);
    });

    test('keeps nothing of a load that matches', async () => {
      const { rows } = await filled();
      const slow = pausedLoad<string>();
      const loading = rows.getOrLoad('user-3', slow.load);
      await slow.begun;
      await rows.deletePattern('user-*');
      slow.finish('old');
      await loading;
      expect(await rows.has('user-3')).toBe(false);
    });
  });
}
