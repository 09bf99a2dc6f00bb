import { countingLoad, type MakeCache, pausedLoad } from './cache-under-test.contract.js';

export function describeRaces(make: MakeCache): void {
  describe('races', () => {
    const open = async () => {
      const made = await make();
      return { ...made, versions: made.cache.namespace<string>('versions', { ttlSeconds: 60 }) };
    };
    const begin = async ({ versions }: Awaited<ReturnType<typeof open>>) => {
      const paused = pausedLoad<string>();
      const answer = versions.getOrLoad('a', paused.load).then(({ value }) => value);
      await paused.begun;
      return { ...paused, answer };
    };

    test('shares one load among the calls that come while it runs', async () => {
      const { versions, keeps } = await open();
      const slow = pausedLoad<string>();
      const answers = ['first', 'second', 'third'].map(() => versions.getOrLoad('a', slow.load));
      await slow.begun;
      slow.finish('shared');
      expect((await Promise.all(answers)).map(({ value }) => value)).toEqual(['shared', 'shared', 'shared']);
      expect(slow.calls()).toBe(keeps ? 1 : 3);
    });

    test('gives the error of a shared load to each of its callers, and to nobody later', async () => {
      const { versions } = await open();
      const slow = pausedLoad<string>();
      const answers = ['first', 'second'].map(() => versions.getOrLoad('a', slow.load));
      await slow.begun;
      const lost = new Error('connection lost');
      slow.fail(lost);
      expect(await Promise.allSettled(answers)).toEqual(answers.map(() => ({ status: 'rejected', reason: lost })));
      expect((await versions.getOrLoad('a', () => Promise.resolve('loaded'))).value).toBe('loaded');
    });

    test('keeps nothing of a load during which the id was deleted', async () => {
      const made = await open();
      const old = await begin(made);
      await made.versions.delete('a');
      old.finish('old');
      expect(await old.answer).toBe('old');
      expect((await made.versions.getOrLoad('a', () => Promise.resolve('new'))).value).toBe('new');
    });

    test('joins no load that began before a delete', async () => {
      const made = await open();
      const old = await begin(made);
      await made.versions.delete('a');
      const late = made.versions.getOrLoad('a', () => Promise.resolve('new'));
      old.finish('old');
      expect((await late).value).toBe('new');
    });

    test('keeps the newer value when the older load ends last', async () => {
      const made = await open();
      const old = await begin(made);
      await made.versions.delete('a');
      await made.versions.getOrLoad('a', () => Promise.resolve('new'));
      old.finish('old');
      await old.answer;
      const after = await made.versions.getOrLoad('a', () => Promise.resolve('newer'));
      expect(after.value).toBe(made.keeps ? 'new' : 'newer');
    });

    test.each([
      ['ends', 'finish'],
      ['fails', 'fail'],
    ] as const)('goes on with the newer load when the older one %s first', async (_how, end) => {
      const made = await open();
      const old = await begin(made);
      await made.versions.delete('a');
      const newer = await begin(made);
      if (end === 'finish') old.finish('old');
      else old.fail(new Error('connection lost'));
      await Promise.allSettled([old.answer]);
      const joining = made.versions.getOrLoad('a', newer.load);
      newer.finish('new');
      expect((await joining).value).toBe('new');
      expect(await newer.answer).toBe('new');
      expect(newer.calls()).toBe(made.keeps ? 1 : 2);
    });

    test('joins no load that began a TTL ago, and keeps the newer value when that one ends last', async () => {
      const made = await open();
      const old = await begin(made);
      await made.advance(60);
      expect((await made.versions.getOrLoad('a', () => Promise.resolve('new'))).value).toBe('new');
      old.finish('old');
      expect(await old.answer).toBe('old');
      const after = await made.versions.getOrLoad('a', () => Promise.resolve('newer'));
      expect(after.value).toBe(made.keeps ? 'new' : 'newer');
    });

    test('loads one id while another is loading', async () => {
      const made = await open();
      const slow = await begin(made);
      const other = made.cache.namespace<number>('others', { ttlSeconds: 60 });
      expect((await made.versions.getOrLoad('b', () => Promise.resolve('b'))).value).toBe('b');
      expect((await other.getOrLoad('a', countingLoad())).value).toBe(1);
      slow.finish('a');
      expect(await slow.answer).toBe('a');
    });
  });
}
