import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { SecretKey } from './secret-keys.js';

/**
 * The form of a refresh token: `pcr_` and, in base64url, the session's id (16 bytes), the token's number in the session
 * (4), a MAC over both (32) and a CRC-32 of all that (4). The prefix and the checksum are for secret scanners. The MAC's
 * key is derived from the deployment's secret and the session's random seed, so a token can be made again at need and
 * none is ever stored; an ancestor of any age is recognised, and nobody can forge one.
 */
const PREFIX = 'pcr_';
const BODY_BYTES = 16 + 4 + 32;
const SHAPE = /^pcr_[A-Za-z0-9_-]{75}$/;

export interface RefreshToken {
  sessionId: string;
  /** Counts the session's tokens from 1. */
  number: number;
  mac: Buffer;
}

export function writeRefreshToken(sessionId: string, number: number, seed: Buffer, key: SecretKey): string {
  const claim = claimBytes(sessionId, number);
  const body = Buffer.concat([claim, macOf(claim, seed, key)]);
  return PREFIX + Buffer.concat([body, checksum(body)]).toString('base64url');
}

/** The parts of a token of the right form, `null` for any other text. Says nothing yet about whether it is genuine. */
export function parseRefreshToken(text: string): RefreshToken | null {
  if (!SHAPE.test(text)) return null;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
  const body = bytes.subarray(0, BODY_BYTES);
  const isCanonical = PREFIX + bytes.toString('base64url') === text;
  if (!isCanonical || !bytes.subarray(BODY_BYTES).equals(checksum(body))) return null;
  return {
    sessionId: uuidText(body.subarray(0, 16)),
    number: body.readUInt32BE(16),
    mac: body.subarray(20),
  };
}

/** Whether we made this token for the session with this seed, under any of the keys. Compares in constant time. */
export function isGenuine(token: RefreshToken, seed: Buffer, keys: readonly SecretKey[]): boolean {
  const claim = claimBytes(token.sessionId, token.number);
  return keys.some((key) => timingSafeEqual(macOf(claim, seed, key), token.mac));
}

function claimBytes(sessionId: string, number: number): Buffer {
  const claim = Buffer.alloc(20);
  claim.write(sessionId.replaceAll('-', ''), 'hex');
  claim.writeUInt32BE(number, 16);
  return claim;
}

function macOf(claim: Buffer, seed: Buffer, key: SecretKey): Buffer {
  return createHmac('sha256', key.derive('refresh-token', seed)).update(claim).digest();
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function checksum(body: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes;
}
