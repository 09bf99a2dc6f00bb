import { inspect } from 'node:util';
import { type MakeCache, pausedLoad } from './cache-under-test.contract.js';

const everyType = () => ({
  id: '0198c1a0-7c5e-7d3f-9a51-3f0b7f2f6f10',
  createdAt: new Date('2026-02-03T04:05:06.789Z'),
  balance: 12345678901234567890n,
  ratio: -0.5,
  labels: new Set(['a', 'b']),
  amounts: new Map<unknown, unknown>([
    ['eur', 1n],
    [2, new Date(0)],
  ]),
  digest: Buffer.from('c0ffee', 'hex'),
  samples: new Uint8Array([1, 2, 3]),
  nested: { list: [{ deep: true }, null], absent: undefined },
});

/** By inspection, which shows types too: what a test runner compares with `instanceof` may come from another realm. */
const shown = (value: unknown) => inspect(value, { depth: null });

class Account {
  constructor(readonly owner: string) {}
}

export function describeCopies(make: MakeCache): void {
  describe('copies', () => {
    test('brings back every type of plain data', async () => {
      const { cache } = await make();
      const values = cache.namespace<unknown>('values', { ttlSeconds: 60 });
      const load = () => Promise.resolve(everyType());
      expect(shown((await values.getOrLoad('a', load)).value)).toBe(shown(everyType()));
      expect(shown((await values.getOrLoad('a', load)).value)).toBe(shown(everyType()));
    });

    test('is not changed by what is done to a loaded value or to an answer', async () => {
      const { cache } = await make();
      const values = cache.namespace<ReturnType<typeof everyType>>('values', { ttlSeconds: 60 });
      const loaded = everyType();
      await values.getOrLoad('a', () => Promise.resolve(loaded));
      spoil(loaded);
      for (let read = 0; read < 3; read++) {
        const { value } = await values.getOrLoad('a', () => Promise.resolve(everyType()));
        expect(shown(value)).toBe(shown(everyType()));
        spoil(value);
      }
    });

    test('gives each caller of a shared load a copy of its own', async () => {
      const { cache } = await make();
      const values = cache.namespace<ReturnType<typeof everyType>>('values', { ttlSeconds: 60 });
      const slow = pausedLoad<ReturnType<typeof everyType>>();
      const answers = [values.getOrLoad('a', slow.load), values.getOrLoad('a', slow.load)];
      await slow.begun;
      slow.finish(everyType());
      const [one, other] = await Promise.all(answers);
      spoil(one!.value);
      expect(shown(other!.value)).toBe(shown(everyType()));
    });

    test('turns an instance of a class into plain data, from the first read on', async () => {
      const { cache } = await make();
      const accounts = cache.namespace<Account>('accounts', { ttlSeconds: 60 });
      const load = () => Promise.resolve(new Account('ada'));
      expect(shown((await accounts.getOrLoad('a', load)).value)).toBe("{ owner: 'ada' }");
      expect(shown((await accounts.getOrLoad('a', load)).value)).toBe("{ owner: 'ada' }");
    });

    test.each([
      ['a function', () => 1],
      ['a symbol', Symbol('s')],
      ['a promise', Promise.resolve(1)],
    ])('refuses %s inside a value, and keeps nothing', async (_what, part) => {
      const { cache } = await make();
      const values = cache.namespace<unknown>('values', { ttlSeconds: 60 });
      await expect(values.getOrLoad('a', () => Promise.resolve({ part }))).rejects.toThrow(TypeError);
      expect((await values.getOrLoad('a', () => Promise.resolve('plain'))).value).toBe('plain');
    });
  });
}

function spoil(value: ReturnType<typeof everyType>): void {
  value.createdAt.setFullYear(1999);
  value.labels.clear();
  value.amounts.set('eur', 'spoilt');
  value.digest.fill(0);
  value.samples.fill(0);
  value.nested.list.length = 0;
}
