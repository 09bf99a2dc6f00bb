/** How long sessions live and how many a user may have. All durations in seconds. */
export interface SessionLimits {
  /** A session unused for this long is over. */
  idleSeconds: number;
  /** A session this old is over, however busy. */
  absoluteSeconds: number;
  /** As `idleSeconds`, for sessions started with "remember me". */
  rememberedIdleSeconds: number;
  /** As `absoluteSeconds`, for sessions started with "remember me". */
  rememberedAbsoluteSeconds: number;
  /** How long a rotated refresh token still leads to the current one: two tabs, a lost reply. */
  refreshGraceSeconds: number;
  /** Live sessions of one user. */
  maxPerUser: number;
  /** What happens to a login past `maxPerUser`: the oldest session ends, or the login is refused. */
  capPolicy: 'end_oldest' | 'refuse';
}

/** The token under which the lib's own providers are told the limits. */
export const SESSION_LIMITS = Symbol('SESSION_LIMITS');
