import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { JwkDto, JwksDto } from './jwks.dto.js';

/** A private P-256 key (RFC 7518 section 6.2) with the name under which its tokens refer to it. */
interface SigningJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d: string;
  readonly kid: string;
}

/** A JWK set (RFC 7517 section 5). */
export interface SigningKeySet {
  readonly keys: readonly SigningJwk[];
}

/** The keys of the access tokens: ES256 and nothing else. The first signs, every one verifies. */
export class SigningKeys {
  readonly current: { kid: string; privateKey: KeyObject };
  private readonly publicKeys: ReadonlyMap<string, KeyObject>;

  constructor({ keys }: SigningKeySet) {
    const first = keys[0];
    if (!first) throw new Error('At least one signing key is needed.');
    this.current = { kid: first.kid, privateKey: createPrivateKey({ key: { ...first }, format: 'jwk' }) };
    this.publicKeys = new Map(keys.map((key) => [key.kid, createPublicKey({ key: publicPart(key), format: 'jwk' })]));
  }

  /** In PEM, the form that the JWT library takes. */
  findPublic(kid: string): string | undefined {
    return this.publicKeys.get(kid)?.export({ format: 'pem', type: 'spki' }).toString();
  }

  /** What other services need to verify our tokens, in the form of RFC 7517. */
  publicJwks(): JwksDto {
    return {
      keys: [...this.publicKeys].map(([kid, key]) => ({
        ...(key.export({ format: 'jwk' }) as Pick<JwkDto, 'kty' | 'crv' | 'x' | 'y'>),
        kid,
        alg: 'ES256',
        use: 'sig',
      })),
    };
  }
}

/** A fresh key set of one key, `kid` being a random name. */
export function generateSigningKeySet(kid: string): SigningKeySet {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { keys: [{ ...(privateKey.export({ format: 'jwk' }) as Omit<SigningJwk, 'kid'>), kid }] };
}

function publicPart({ kty, crv, x, y }: SigningJwk) {
  return { kty, crv, x, y };
}
