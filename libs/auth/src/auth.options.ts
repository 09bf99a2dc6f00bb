import type { Type } from '@nestjs/common';
import type { AccountLifecycle } from './account-lifecycle.js';
import type { SigningKeySet } from './signing-keys.js';

/** What AuthModule must be told. */
export interface AuthOptions {
  /**
   * The private keys of the access tokens as a JWK set: the first signs, all of them verify. `'development'` makes one
   * and keeps it in the database, where whoever reads the database can read it too.
   */
  signingKeys: SigningKeySet | 'development';
  /** `iss` of the access tokens. */
  issuer: string;
  /** `aud` of the access tokens: one per consumer, RFC 8725 section 3.9. */
  audience: string;
  /** How long an access token is valid, in seconds, 3600 at most; its session may end sooner, and it with it. */
  accessTtlSeconds: number;
  /** How long ago a user may have proved who they are for a sensitive operation, in seconds. */
  freshSeconds: number;
  /** Whether ending one's own sessions is such an operation. */
  freshForEnding: boolean;
  /** Takes part in the life of every account; exported by a global module of the application. */
  lifecycle: Type<AccountLifecycle>;
}

/** The token under which the options are told to the lib's own providers. */
export const AUTH_OPTIONS = Symbol('AUTH_OPTIONS');
