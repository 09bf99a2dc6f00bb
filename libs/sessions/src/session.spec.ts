import { absoluteExpiry, expiry, idleCutoff, idleExpiresAt, plusSeconds, type Session } from './session.js';
import type { SessionLimits } from './session-limits.js';

const limits: SessionLimits = {
  idleSeconds: 1_000,
  absoluteSeconds: 10_000,
  rememberedIdleSeconds: 5_000,
  rememberedAbsoluteSeconds: 50_000,
  refreshGraceSeconds: 20,
  maxPerUser: 50,
  capPolicy: 'end_oldest',
};
const start = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => plusSeconds(start, seconds);

function newSession({ remembered = false, lastSeenAt = start } = {}): Session {
  return {
    id: 'id',
    userId: 'user',
    remembered,
    deviceName: null,
    userAgent: null,
    ip: null,
    createdAt: start,
    lastSeenAt,
    expiresAt: absoluteExpiry(start, remembered, limits),
  };
}

describe('the limits of a session', () => {
  it('are longer when it is remembered', () => {
    expect(newSession().expiresAt).toEqual(after(10_000));
    expect(newSession({ remembered: true }).expiresAt).toEqual(after(50_000));
    expect(idleExpiresAt(newSession(), limits)).toEqual(after(1_000));
    expect(idleExpiresAt(newSession({ remembered: true }), limits)).toEqual(after(5_000));
  });

  it('never promise more than the absolute one', () => {
    expect(idleExpiresAt(newSession({ lastSeenAt: after(9_500) }), limits)).toEqual(after(10_000));
  });

  it.each([
    [0, null],
    [1_000, null],
    [1_059, null],
    [1_060, 'idle'],
    [9_999, 'idle'],
    [10_000, 'absolute'],
  ])('after %i s without use are passed: %s', (seconds, passed) => {
    expect(expiry(newSession(), limits, after(seconds))).toBe(passed);
  });

  it('end a busy session at its absolute limit, to the second', () => {
    const busy = newSession({ lastSeenAt: after(9_999) });
    expect(expiry(busy, limits, after(9_999))).toBeNull();
    expect(expiry(busy, limits, after(10_000))).toBe('absolute');
  });

  it('agree with the cut-off that PostgreSQL is asked with', () => {
    expect(idleCutoff(false, limits, after(1_060))).toEqual(start);
    expect(idleCutoff(true, limits, after(5_060))).toEqual(start);
  });
});
