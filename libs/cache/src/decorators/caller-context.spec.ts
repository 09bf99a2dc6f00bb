import { setImmediate as turn } from 'node:timers/promises';
import { CallerContext } from './caller-context.js';

describe(CallerContext.name, () => {
  const callers = new CallerContext();

  /** As a request is answered: the guard comes after the context has been opened. */
  const request = <T>(callerId: string | null, work: () => Promise<T>) =>
    callers.open(async () => {
      await turn();
      if (callerId !== null) callers.identify(callerId);
      return work();
    });

  it('knows nobody outside', () => {
    expect(callers.callerId).toBeUndefined();
  });

  it('knows the caller across whatever the work awaits', async () => {
    const seen = await callers.run('ana', async () => {
      await turn();
      return [callers.callerId, await Promise.resolve().then(() => callers.callerId)];
    });
    expect(seen).toEqual(['ana', 'ana']);
    expect(callers.callerId).toBeUndefined();
  });

  it('does the work of one caller in the name of another, and returns', () => {
    expect(callers.run('ana', () => [callers.run('bob', () => callers.callerId), callers.callerId])).toEqual([
      'bob',
      'ana',
    ]);
  });

  it('does work in nobody’s name', () => {
    expect(callers.run('ana', () => callers.runAnonymously(() => callers.callerId))).toBeUndefined();
  });

  it('tells requests apart that are answered at the same time', async () => {
    const names = Array.from({ length: 50 }, (_, index) => (index % 7 === 0 ? null : `user-${index}`));
    const seen = await Promise.all(
      names.map((name) =>
        request(name, async () => {
          await turn();
          return [callers.callerId, await turn().then(() => callers.callerId)];
        }),
      ),
    );
    expect(seen).toEqual(names.map((name) => [name ?? undefined, name ?? undefined]));
  });

  it('takes the same name twice, and no other after it', async () => {
    await request('ana', () => {
      callers.identify('ana');
      expect(() => callers.identify('bob')).toThrow('The caller is known already, and is another one.');
      expect(callers.callerId).toBe('ana');
      return Promise.resolve();
    });
  });

  it('takes no other name where work is done in one', () => {
    expect(() => callers.run('ana', () => callers.identify('bob'))).toThrow(Error);
    expect(() => callers.runAnonymously(() => callers.identify('bob'))).toThrow(Error);
  });

  it('leaves things as they are where no request is being answered', () => {
    callers.identify('ana');
    expect(callers.callerId).toBeUndefined();
  });

  it.each(['', undefined, null, 7])('takes no %p for an id', (callerId) => {
    expect(() => callers.run(callerId as string, () => undefined)).toThrow(TypeError);
    expect(() => callers.identify(callerId as string)).toThrow(TypeError);
  });
});
