import { Problem } from '#http';

/** There is no account with this id. */
export class ProfileNotFound extends Problem {
  constructor() {
    super(404, 'profile.not_found', 'There is no profile with this id.');
  }
}

/** The profile has changed since the version that If-Match names (RFC 9110 section 13.1.1). */
export class ProfileChanged extends Problem {
  constructor() {
    super(412, 'profile.changed', 'The profile has changed since you read it; read it again and decide.');
  }
}
