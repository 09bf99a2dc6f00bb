import { createECDH } from 'node:crypto';

/** A private key for ES256 (RFC 7518, section 6.2); nothing else of the JWK is kept. */
interface PrivateJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d: string;
  readonly kid: string;
}

/** At least one key, each with a `kid` of its own; the first signs, all of them verify. */
export interface PrivateJwkSet {
  readonly keys: readonly PrivateJwk[];
}

/** The set that the JSON text describes, or undefined if anything about it is wrong. */
export function readPrivateJwkSet(text: string): PrivateJwkSet | undefined {
  const { keys } = (parseJson(text) ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isPrivateJwk)) return undefined;
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) return undefined;
  return { keys: keys.map(({ kty, crv, x, y, d, kid }) => ({ kty, crv, x, y, d, kid })) };
}

function isPrivateJwk(value: unknown): value is PrivateJwk {
  const { kty, crv, alg = 'ES256', use = 'sig', kid, x, y, d } = (value ?? {}) as Record<string, unknown>;
  const isForEs256 = kty === 'EC' && crv === 'P-256' && alg === 'ES256' && use === 'sig';
  return isForEs256 && typeof kid === 'string' && /^[\w.-]{1,64}$/.test(kid) && isKeyPair(x, y, d);
}

/** A public key that is not d's would sign tokens that nobody can verify. */
function isKeyPair(x: unknown, y: unknown, d: unknown): boolean {
  if (typeof d !== 'string' || !/^[\w-]{43}$/.test(d)) return false;
  const ecdh = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(d, 'base64url');
  } catch {
    return false; // zero, or not below the order of the curve
  }
  const point = ecdh.getPublicKey(); // 0x04, x, y
  return x === point.subarray(1, 33).toString('base64url') && y === point.subarray(33).toString('base64url');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
