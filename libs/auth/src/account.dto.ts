import type { Role, User } from '#users';
import type { SessionDto } from './session.dto.js';

export class UserDto {
  /** @example "0199a1c0-5a3e-7cc4-9d6b-0d9a7f3f2b0f" */
  id: string;

  /** @example "ana@example.com" */
  email: string;

  emailVerified: boolean;

  /** @example "user" */
  role: Role;

  createdAt: Date;
}

/** Who the caller is, and by which session. */
export class WhoAmIDto {
  user: UserDto;

  session: SessionDto;
}

/** A session and the tokens to use it with; the only answers that ever hold a token. */
export class AuthenticationDto extends WhoAmIDto {
  /** A JWT to send as `Authorization: Bearer …`. */
  accessToken: string;

  tokenType: 'Bearer';

  /**
   * For how many seconds the access token is valid.
   * @example 600
   */
  expiresIn: number;

  /** Gets the next pair of tokens, once; see POST /v1/auth/refresh. */
  refreshToken: string;
}

/** What its owner sees of an account. */
export function presentUser({ id, email, emailVerified, role, createdAt }: User): UserDto {
  return { id, email, emailVerified, role, createdAt };
}
