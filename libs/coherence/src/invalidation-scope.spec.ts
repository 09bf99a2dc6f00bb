import { copyKey } from '#redis';
import { InvalidationScope } from './invalidation-scope.js';

describe(InvalidationScope.name, () => {
  const scope = new InvalidationScope();
  const [a, b] = [copyKey('test', 'a'), copyKey('test', 'b')];
  const nothing = () => Promise.resolve();

  it('adds nothing to what is committed outside', () => {
    expect(scope.join().keys).toEqual([]);
    scope.join().committed();
  });

  it('adds its copies to what is committed during the work, across what it awaits', async () => {
    const { result } = await scope.run([a], async () => {
      await Promise.resolve();
      return scope.join().keys;
    });
    expect(result).toEqual([a]);
  });

  it('adds those of all scopes around, and of none beside', async () => {
    const inner = scope.run([a], () => scope.run([b], () => Promise.resolve(scope.join().keys)));
    const beside = scope.run([b], () => Promise.resolve(scope.join().keys));
    expect([(await inner).result.result, (await beside).result]).toEqual([[a, b], [b]]);
  });

  it('knows whether a commit has come to its end', async () => {
    expect(await scope.run([a], nothing)).toEqual({ result: undefined, isCommitted: false });
    expect(
      await scope.run([a], () => {
        scope.join();
        return Promise.resolve('begun');
      }),
    ).toEqual({ result: 'begun', isCommitted: false });
    expect(
      await scope.run([a], () => {
        scope.join().committed();
        return Promise.resolve('ended');
      }),
    ).toEqual({ result: 'ended', isCommitted: true });
  });

  it('tells all scopes around of a commit, and those within nothing', async () => {
    const outer = await scope.run([a], () =>
      scope.run([b], () => {
        scope.join().committed();
        return nothing();
      }),
    );
    expect([outer.isCommitted, outer.result.isCommitted]).toEqual([true, true]);
    const other = await scope.run([a], async () => {
      const joined = scope.join();
      return scope.run([b], () => {
        joined.committed();
        return nothing();
      });
    });
    expect([other.isCommitted, other.result.isCommitted]).toEqual([true, false]);
  });

  it('throws what the work throws', async () => {
    const failure = new Error('not found');
    await expect(scope.run([a], () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
