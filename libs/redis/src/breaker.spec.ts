import { Breaker } from './breaker.js';

const EVERY_MS = 200;

/** A breaker whose probes are answered by the test. */
function newBreaker() {
  const probes: { succeed: () => void; fail: () => void }[] = [];
  const changes: boolean[] = [];
  const breaker: Breaker = new Breaker(
    () =>
      new Promise((resolve, reject) => {
        probes.push({ succeed: () => resolve('PONG'), fail: () => reject(new Error('no answer')) });
      }),
    EVERY_MS,
    () => changes.push(breaker.isOpen),
  );
  return { breaker, probes, changes };
}

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

describe(Breaker.name, () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is closed until something fails, and asks nothing', async () => {
    const { breaker, probes } = newBreaker();
    await pass(10 * EVERY_MS);
    expect(breaker.isOpen).toBe(false);
    expect(probes).toHaveLength(0);
  });

  it('opens once, however much fails', async () => {
    const { breaker, probes, changes } = newBreaker();
    for (let failure = 0; failure < 3; failure++) breaker.trip();
    expect(breaker.isOpen).toBe(true);
    expect(changes).toEqual([true]);
    await pass(EVERY_MS);
    expect(probes).toHaveLength(1);
  });

  it('asks at once, and is closed by a probe that succeeds, and asks no more', async () => {
    const { breaker, probes, changes } = newBreaker();
    breaker.trip();
    await pass(0);
    expect(breaker.isOpen).toBe(true);
    probes[0]!.succeed();
    await pass(10 * EVERY_MS);
    expect(changes).toEqual([true, false]);
    expect(probes).toHaveLength(1);
  });

  it('stays open, without a word, while probes fail', async () => {
    const { breaker, probes, changes } = newBreaker();
    breaker.trip();
    for (let round = 0; round < 5; round++) {
      await pass(EVERY_MS);
      probes[round]!.fail();
    }
    await pass(EVERY_MS);
    expect(changes).toEqual([true]);
    probes[5]!.succeed();
    await pass(0);
    expect(changes).toEqual([true, false]);
  });

  it('has one probe under way at a time', async () => {
    const { breaker, probes } = newBreaker();
    breaker.trip();
    await pass(10 * EVERY_MS);
    breaker.trip();
    await pass(10 * EVERY_MS);
    expect(probes).toHaveLength(1);
  });

  it('opens again after it was closed', async () => {
    const { breaker, probes, changes } = newBreaker();
    breaker.trip();
    await pass(EVERY_MS);
    probes[0]!.succeed();
    await pass(0);
    breaker.trip();
    await pass(EVERY_MS);
    expect(changes).toEqual([true, false, true]);
    expect(probes).toHaveLength(2);
  });

  describe('reset by a new connection', () => {
    it('is closed and leaves no timer', async () => {
      const { breaker, probes, changes } = newBreaker();
      breaker.trip();
      breaker.reset();
      expect(changes).toEqual([true, false]);
      expect(jest.getTimerCount()).toBe(0);
      await pass(10 * EVERY_MS);
      expect(probes).toHaveLength(0);
    });

    it('says nothing when it was closed', () => {
      const { breaker, changes } = newBreaker();
      breaker.reset();
      expect(changes).toEqual([]);
    });

    it.each(['succeed', 'fail'] as const)('learns nothing from a probe of the old one: %s', async (outcome) => {
      const { breaker, probes, changes } = newBreaker();
      breaker.trip();
      await pass(EVERY_MS);
      breaker.reset();
      probes[0]![outcome]();
      await pass(10 * EVERY_MS);
      expect(changes).toEqual([true, false]);
      expect(probes).toHaveLength(1);
    });

    it.each(['succeed', 'fail'] as const)('and open again, learns nothing from it either: %s', async (outcome) => {
      const { breaker, probes, changes } = newBreaker();
      breaker.trip();
      await pass(EVERY_MS);
      breaker.reset();
      breaker.trip();
      probes[0]![outcome]();
      await pass(EVERY_MS);
      expect(changes).toEqual([true, false, true]);
      expect(probes).toHaveLength(2);
      probes[1]!.succeed();
      await pass(10 * EVERY_MS);
      expect(changes).toEqual([true, false, true, false]);
      expect(probes).toHaveLength(2);
    });
  });
});
