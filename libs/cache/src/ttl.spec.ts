import { ttlMsOf } from './ttl.js';

const rules = { ttlMs: 60_000, negativeTtlMs: 5_000, ttlOf: null, ttlJitter: 0 };
const half = () => 0.5;

describe(ttlMsOf.name, () => {
  it.each([0, '', false, {}, Number.NaN])('gives %p the TTL of a value', (value) => {
    expect(ttlMsOf(value, rules, half)).toBe(60_000);
  });

  it.each([null, undefined])('gives %p that of nothing', (value) => {
    expect(ttlMsOf(value, { ...rules, ttlOf: () => 1 }, half)).toBe(5_000);
  });

  it('asks ttlOf, unless that has no opinion', () => {
    const ttlOf = (value: unknown) => (value === 'short' ? 1.5 : undefined);
    expect([ttlMsOf('short', { ...rules, ttlOf }, half), ttlMsOf('other', { ...rules, ttlOf }, half)]).toEqual([
      1_500, 60_000,
    ]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %p of ttlOf', (seconds) => {
    expect(() => ttlMsOf(1, { ...rules, ttlOf: () => seconds }, half)).toThrow(RangeError);
  });

  it('makes it shorter by chance, by the jitter at most, and never longer', () => {
    const jittered = (random: number) => ttlMsOf(1, { ...rules, ttlJitter: 0.1 }, () => random);
    expect([jittered(0), jittered(0.5), Math.round(jittered(0.999_999))]).toEqual([60_000, 57_000, 54_000]);
  });
});
