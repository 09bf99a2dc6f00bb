import { Challenge, Problem } from '#http';

/** No live session of the caller has this id. */
export class SessionNotFound extends Problem {
  constructor() {
    super(404, 'sessions.not_found', 'You have no live session with this id.');
  }
}

/** The user has as many sessions as are allowed, and the policy is to refuse more. */
export class SessionLimitReached extends Problem {
  constructor() {
    const detail = 'You are logged in on as many devices as are allowed; log out on one of them first.';
    super(409, 'sessions.limit_reached', detail);
  }
}

/** The access token is not ours or has expired, or its session is over (RFC 6750 section 3.1). */
export class InvalidAccessToken extends Challenge {
  constructor() {
    super('auth.invalid_token', 'The access token is not valid, or its session is over.', 'error="invalid_token"');
  }
}

/** The refresh token is not ours, its session is over, or it was replaced too long ago (RFC 6749 section 5.2). */
export class InvalidRefreshToken extends Challenge {
  constructor() {
    const detail = 'The refresh token is not valid, or its session is over; log in again.';
    super('auth.invalid_refresh_token', detail, 'error="invalid_token"');
  }
}

/** The account is banned; told only to who knows its password. */
export class AccountBanned extends Problem {
  constructor() {
    super(403, 'auth.banned', 'This account is banned.');
  }
}

/** Between the check of the credential and the start of the session, the credential changed. */
export class CredentialChanged extends Challenge {
  constructor() {
    super('auth.credential_changed', 'Your password has just been changed; log in with the new one.');
  }
}
