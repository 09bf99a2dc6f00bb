import { createHash } from 'node:crypto';
import { type CopyKey, copyKey } from '#coherence';

/** The copy of all live sessions of a user, on whatever node and whether or not this one keeps any. */
export function sessionsCopy(userId: string): CopyKey {
  return copyKey('sessions', userId);
}

/** The copy of where a token leads. The token itself never leaves the process. */
export function tokenCopy(token: string): CopyKey {
  return copyKey('token', createHash('sha256').update(token).digest('base64url'));
}
