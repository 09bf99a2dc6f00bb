/** When an entry was loaded and how long it is good for, in milliseconds on the clock of the cache. */
export interface Dates {
  loadedAtMs: number;
  freshUntilMs: number;
  loadMs: number;
}

export interface FreshnessRules {
  /** The longest that anything is fresh; an entry that promises more was written under other rules. */
  longestMs: number;
  /** How long an entry that has expired may still be served in need. */
  graceMs: number;
  /** `xfetch` = by chance, the likelier the longer the load took; a number = once this part of its time has passed. */
  earlyRefresh: 'xfetch' | number | null;
}

/**
 * - `fresh`: to be served.
 * - `early`: to be served, and loaded anew in the background.
 * - `expired`: to be loaded; served only if the load fails or takes long.
 * - `gone`: as if it were not there.
 */
export type Freshness = 'fresh' | 'early' | 'expired' | 'gone';

/** Nodes whose clocks are further apart do not take each other's entries. */
const CLOCKS_APART_MS = 5_000;
/** Of XFetch: 1 is the best in theory, more is earlier (Vattani, Chierichetti, Lowenstein, VLDB 2015). */
const BETA = 1;

/** @param random gives a number from 0 up to, not including, 1; asked only for `xfetch` */
export function freshnessOf(dates: Dates, nowMs: number, rules: FreshnessRules, random: () => number): Freshness {
  const { loadedAtMs } = dates;
  const freshUntilMs = Math.min(dates.freshUntilMs, loadedAtMs + rules.longestMs);
  // Negated, so that what is no number at all is gone, too.
  if (!(loadedAtMs <= nowMs + CLOCKS_APART_MS && nowMs < freshUntilMs + rules.graceMs)) return 'gone';
  if (nowMs >= freshUntilMs) return 'expired';
  return isEarly(dates, freshUntilMs, nowMs, rules, random) ? 'early' : 'fresh';
}

function isEarly(
  { loadedAtMs, loadMs }: Dates,
  freshUntilMs: number,
  nowMs: number,
  { earlyRefresh }: FreshnessRules,
  random: () => number,
): boolean {
  if (earlyRefresh === null) return false;
  if (earlyRefresh === 'xfetch') return nowMs - loadMs * BETA * Math.log(1 - random()) >= freshUntilMs;
  return nowMs >= loadedAtMs + earlyRefresh * (freshUntilMs - loadedAtMs);
}
