import { createHash } from 'node:crypto';
import { type CopyKey, copyKey } from '#coherence';

/** 4,096 hashes: of a million tokens each holds 250. */
const BUCKET_DIGITS = 3;
/** 128 bits more of the digest. */
const FIELD_DIGITS = 32;

/** The copy of all live sessions of a user, on whatever node and whether or not this one keeps any. */
export function sessionsCopy(userId: string): CopyKey {
  return copyKey('sessions', userId);
}

/** Where a token leads is a field among others, because a key of its own would take three times the memory. */
export interface TokenCopy {
  key: CopyKey;
  shared: CopyKey;
  field: string;
}

/** The copy of where a token leads, by its SHA-256: the token itself never leaves the process. */
export function tokenCopy(token: string): TokenCopy {
  const digest = createHash('sha256').update(token).digest('hex');
  return {
    key: copyKey('token', digest),
    shared: copyKey('tokens', digest.slice(0, BUCKET_DIGITS)),
    field: Buffer.from(digest.slice(BUCKET_DIGITS, BUCKET_DIGITS + FIELD_DIGITS), 'hex').toString('base64url'),
  };
}
