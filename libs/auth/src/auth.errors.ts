import { Challenge, InvalidInput, Problem } from '#http';

/** The same answer for an unknown e-mail and a wrong password. */
export class InvalidCredentials extends Challenge {
  constructor() {
    super('auth.invalid_credentials', 'The e-mail or the password is wrong.');
  }
}

/** Another account has this e-mail, in its canonical form. */
export class EmailTaken extends Problem {
  constructor() {
    super(409, 'auth.email_taken', 'There is an account with this e-mail already.');
  }
}

/** The request carries no credential (RFC 6750 section 3.1: then no error code either). */
export class Unauthenticated extends Challenge {
  constructor() {
    super('auth.unauthenticated', 'Log in and send the access token as "Authorization: Bearer …".');
  }
}

/** The session is too old for this operation (RFC 9470 section 3); `maxAge` in seconds. */
export class StaleAuthentication extends Challenge {
  constructor(maxAge: number) {
    const detail = 'Prove again who you are: POST /v1/auth/reauthenticate.';
    super(
      'auth.insufficient_user_authentication',
      detail,
      `error="insufficient_user_authentication", max_age=${maxAge}`,
    );
  }
}

/** Which of several credentials counts must never be a guess (RFC 6750 section 2). */
export class SeveralCredentials extends Problem {
  constructor() {
    super(400, 'auth.several_credentials', 'Send exactly one credential.');
  }
}

/** The new password is the current one. */
export class PasswordUnchanged extends InvalidInput {
  constructor() {
    super([{ pointer: '#/newPassword', message: 'must differ from the current password' }]);
  }
}

/** More logins at once than the server can hash. Worth trying again. */
export class HashingQueueFull extends Problem {
  constructor() {
    super(503, 'auth.busy', 'Too many people are logging in right now; try again in a moment.', {
      headers: { 'Retry-After': '2' },
    });
  }
}
