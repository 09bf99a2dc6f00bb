import type { Role } from '#users';
import type { SessionLimits } from './session-limits.js';

/** Where a user is logged in. Never holds a token, a seed or anything else that would let somebody in. */
export interface Session {
  id: string;
  userId: string;
  remembered: boolean;
  /** The name that the user gave the device. */
  deviceName: string | null;
  userAgent: string | null;
  ip: string | null;
  /** When the user proved who they are: re-authentication starts a new session. */
  createdAt: Date;
  /** A lower bound: last uses reach PostgreSQL with a delay, see `LastSeen`. */
  lastSeenAt: Date;
  /** The absolute limit. */
  expiresAt: Date;
}

/** What of its user a session check needs. */
export interface SessionUser {
  id: string;
  role: Role;
  emailVerified: boolean;
}

/** A session that may be used now, and whose it is. */
export interface LiveSession {
  session: Session;
  user: SessionUser;
}

export type SessionEndReason = 'logout' | 'ended' | 'replaced' | 'cap' | 'idle' | 'token_reuse' | 'password_changed';

/** Last uses are written behind, and the clocks of several nodes differ: an idle limit is overdrawn by this much. */
const IDLE_SLACK_SECONDS = 60;

/** The moment from which the session is over for idleness, without the slack: what its user is told. */
export function idleExpiresAt(session: Session, limits: SessionLimits): Date {
  return earlier(plusSeconds(session.lastSeenAt, idleSeconds(session.remembered, limits)), session.expiresAt);
}

/** The absolute limit of a session started at `createdAt`. */
export function absoluteExpiry(createdAt: Date, remembered: boolean, limits: SessionLimits): Date {
  return plusSeconds(createdAt, remembered ? limits.rememberedAbsoluteSeconds : limits.absoluteSeconds);
}

/** Sessions last seen at or before this moment have been idle for too long, slack included. */
export function idleCutoff(remembered: boolean, limits: SessionLimits, now: Date): Date {
  return plusSeconds(now, -idleSeconds(remembered, limits) - IDLE_SLACK_SECONDS);
}

/** `idle` and `absolute` say which limit the session has passed; a session at its limit has passed it. */
export function expiry(session: Session, limits: SessionLimits, now: Date): 'idle' | 'absolute' | null {
  if (session.expiresAt <= now) return 'absolute';
  return session.lastSeenAt <= idleCutoff(session.remembered, limits, now) ? 'idle' : null;
}

export function plusSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

function idleSeconds(remembered: boolean, limits: SessionLimits): number {
  return remembered ? limits.rememberedIdleSeconds : limits.idleSeconds;
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
