import { isWithin, thisMoment } from './lease.js';

const since = { monotonic: 1_000, wall: 1_700_000_000_000 };
const after = (monotonicMs: number, wallMs: number) => ({
  monotonic: since.monotonic + monotonicMs,
  wall: since.wall + wallMs,
});

describe(isWithin.name, () => {
  it.each([
    ['at its beginning', 0, 0],
    ['shortly before its end', 999.9, 999],
    ['when the wall clock has been set back', 999, -3_600_000],
  ])('holds %s', (_, monotonicMs, wallMs) => {
    expect(isWithin(1_000, since, after(monotonicMs, wallMs))).toBe(true);
  });

  it.each([
    ['at its end', 1_000, 1_000],
    ['after its end', 1_001, 1_001],
    ['by the monotonic clock alone, when the wall clock has been set back', 1_000, -3_600_000],
    ['by the wall clock alone, when the machine has slept', 10, 60_000],
  ])('does not hold %s', (_, monotonicMs, wallMs) => {
    expect(isWithin(1_000, since, after(monotonicMs, wallMs))).toBe(false);
  });

  it('never holds for no time at all', () => {
    expect(isWithin(0, since, since)).toBe(false);
  });
});

describe(thisMoment.name, () => {
  it('is read from both clocks', () => {
    const [wall, monotonic] = [Date.now(), performance.now()];
    const moment = thisMoment();
    expect(moment.monotonic).toBeGreaterThanOrEqual(monotonic);
    expect(moment.monotonic).toBeLessThanOrEqual(performance.now());
    expect(Math.abs(moment.wall - wall)).toBeLessThan(60_000);
  });
});
