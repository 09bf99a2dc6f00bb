/** Milliseconds: `monotonic` never goes back, `wall` may jump. */
export interface Moment {
  monotonic: number;
  wall: number;
}

export function thisMoment(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

/**
 * Whether less than `leaseMs` has passed since. The monotonic clock decides; a wall clock that is further says that this
 * machine has slept, which some monotonic clocks do not notice.
 */
export function isWithin(leaseMs: number, since: Moment, now: Moment): boolean {
  return now.monotonic - since.monotonic < leaseMs && now.wall - since.wall < leaseMs;
}
