import { randomBytes } from 'node:crypto';

/** The epoch after this one: the next number, with 64 random bits that make it differ from any there ever was. */
export function nextEpoch(epoch: string): string {
  return `${Number.parseInt(epoch, 10) + 1}-${randomBytes(8).toString('base64url')}`;
}
