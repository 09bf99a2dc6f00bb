import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import type { Session } from '#sessions';
import { AUTH_OPTIONS, type AuthOptions } from './auth.options.js';
import { SigningKeys } from './signing-keys.js';

/** What a valid access token says. Whether the session still lives is for the session store to say. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

const COMPACT_FORM = /^[\w-]{1,512}\.[\w-]{1,2048}\.[\w-]{86}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CLOCK_SKEW_SECONDS = 30;
/** Nobody of ours writes a token for longer. */
const MAX_TTL_SECONDS = 3_600;
const REMEMBERED_TOKENS = 10_000;

interface Claims {
  sub: string;
  sid: string;
  jti: string;
  iat: number;
  exp: number;
}

/**
 * Access tokens: JWTs by the profile of RFC 9068, signed with ES256. RFC 8725 rules what is accepted: the compact form in
 * its one canonical writing, `typ: at+jwt`, a key of ours by its `kid`, our issuer and audience, and every claim that we
 * write. A token that passed is remembered until it expires, so that its signature is checked once per process.
 */
@Injectable()
export class AccessTokens {
  private readonly verified = new LRUCache<string, AccessClaims>({ max: REMEMBERED_TOKENS });

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
    @Inject(AUTH_OPTIONS) private readonly options: AuthOptions,
  ) {}

  /** A token that ends with its session, if that is sooner than its own time; `expiresIn` is in seconds. */
  async issue(session: Session, now: Date): Promise<{ accessToken: string; expiresIn: number }> {
    const { kid, privateKey } = this.keys.current;
    const iat = seconds(now);
    const exp = Math.min(iat + this.options.accessTtlSeconds, seconds(session.expiresAt));
    const accessToken = await this.jwt.signAsync(
      { iat, exp, sub: session.userId, sid: session.id, jti: randomUUID() },
      {
        privateKey,
        algorithm: 'ES256',
        header: { alg: 'ES256', typ: 'at+jwt', kid },
        issuer: this.options.issuer,
        audience: this.options.audience,
      },
    );
    return { accessToken, expiresIn: exp - iat };
  }

  /** The claims of a token that is valid at `now`; `null` for any other text. */
  verify(token: string, now: Date): AccessClaims | null {
    const known = this.verified.get(token);
    if (known) return known.expiresAt > seconds(now) ? known : null;
    const claims = this.verifyEvenIfExpired(token, now);
    if (!claims || claims.expiresAt <= seconds(now)) return null;
    this.verified.set(token, claims);
    return claims;
  }

  /** As `verify`, but a token past its time will do: enough to end its session, never to use it. */
  verifyEvenIfExpired(token: string, now: Date): AccessClaims | null {
    const kid = COMPACT_FORM.test(token) ? keyIdOf(token) : null;
    const publicKey = kid === null ? undefined : this.keys.findPublic(kid);
    if (!publicKey) return null;
    try {
      const claims = this.jwt.verify<Partial<Claims>>(token, {
        publicKey,
        algorithms: ['ES256'],
        issuer: this.options.issuer,
        audience: this.options.audience,
        ignoreExpiration: true,
        clockTimestamp: seconds(now),
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      return areOurs(claims, now) ? { userId: claims.sub, sessionId: claims.sid, expiresAt: claims.exp } : null;
    } catch {
      // The library throws for every reason to refuse a token; all of them mean the same to us.
      return null;
    }
  }
}

/** The `kid` of a header that is exactly one of ours; also refuses a signature in a second writing of the same bytes. */
function keyIdOf(token: string): string | null {
  const [header = '', , signature = ''] = token.split('.');
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) return null;
  try {
    const { alg, typ, kid, ...others } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    const isOurs = alg === 'ES256' && typ === 'at+jwt' && typeof kid === 'string' && Object.keys(others).length === 0;
    return isOurs ? kid : null;
  } catch {
    return null;
  }
}

function areOurs(claims: Partial<Claims>, now: Date): claims is Claims {
  const { sub, sid, jti, iat, exp } = claims;
  return (
    typeof sub === 'string' &&
    UUID.test(sub) &&
    typeof sid === 'string' &&
    UUID.test(sid) &&
    typeof jti === 'string' &&
    Number.isSafeInteger(iat) &&
    Number.isSafeInteger(exp) &&
    iat! <= seconds(now) + CLOCK_SKEW_SECONDS &&
    iat! < exp! &&
    exp! <= iat! + MAX_TTL_SECONDS
  );
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
