import { type Dates, type FreshnessRules, freshnessOf } from './freshness.js';

const dates: Dates = { loadedAtMs: 1_000_000, freshUntilMs: 1_060_000, loadMs: 500 };
const plain: FreshnessRules = { longestMs: 60_000, graceMs: 30_000, earlyRefresh: null };
const never = (): never => {
  throw new Error('Chance has no part in this.');
};
const at = (age: number, rules: Partial<FreshnessRules> = {}, random: () => number = never) =>
  freshnessOf(dates, dates.loadedAtMs + age, { ...plain, ...rules }, random);

describe(freshnessOf.name, () => {
  it.each([
    [0, 'fresh'],
    [59_999, 'fresh'],
    [60_000, 'expired'],
    [89_999, 'expired'],
    [90_000, 'gone'],
  ] as const)('calls an entry of %d ms, with 60 s to live and 30 s of grace, %s', (age, freshness) => {
    expect(at(age)).toBe(freshness);
  });

  it('calls an entry gone when it expires without grace', () => {
    expect([at(59_999, { graceMs: 0 }), at(60_000, { graceMs: 0 })]).toEqual(['fresh', 'gone']);
  });

  it('takes an entry of the future only if it is of the near future', () => {
    expect([at(-5_000), at(-5_001), at(-86_400_000)]).toEqual(['fresh', 'gone', 'gone']);
  });

  it('believes no entry that promises more than the rules allow', () => {
    expect([at(19_999, { longestMs: 20_000 }), at(20_000, { longestMs: 20_000 })]).toEqual(['fresh', 'expired']);
    expect(at(50_000, { longestMs: 20_000 })).toBe('gone');
  });

  it.each(['loadedAtMs', 'freshUntilMs'] as const)('calls an entry gone whose %s is no number', (name) => {
    expect(freshnessOf({ ...dates, [name]: Number.NaN }, dates.loadedAtMs, plain, never)).toBe('gone');
  });

  describe('with a fixed threshold', () => {
    it('is early once that part of its time has passed, until it expires', () => {
      const earlyRefresh = 0.8;
      expect([47_999, 48_000, 59_999, 60_000].map((age) => at(age, { earlyRefresh }))).toEqual([
        'fresh',
        'early',
        'early',
        'expired',
      ]);
    });
  });

  describe('with XFetch', () => {
    const earlyRefresh = 'xfetch';
    const chance = (random: number) => () => random;

    it('is early once the time of a load, times minus the logarithm of chance, would lead beyond its end', () => {
      const leadMs = -500 * Math.log(1 - 0.9);
      expect(at(60_000 - leadMs - 1, { earlyRefresh }, chance(0.9))).toBe('fresh');
      expect(at(60_000 - leadMs + 1, { earlyRefresh }, chance(0.9))).toBe('early');
    });

    it('is never early by the smallest chance, and nearly never by the largest', () => {
      expect(at(59_999, { earlyRefresh }, chance(0))).toBe('fresh');
      expect(at(40_000, { earlyRefresh }, chance(1 - 2 ** -32))).toBe('fresh');
    });

    it('is early, a load before its end, for 1 / e of the readers', () => {
      const readers = 10_000;
      const early = Array.from({ length: readers }, (_, index) =>
        at(59_500, { earlyRefresh }, chance(index / readers)),
      );
      expect(early.filter((each) => each === 'early').length / readers).toBeCloseTo(1 / Math.E, 3);
    });
  });
});
