import { type HowServed } from './cache-namespace.js';

/** The value of a `Cache-Status` field (RFC 9211): `portcullis; hit; detail=L1`, `portcullis; fwd=miss` and so on. */
export function cacheStatus(how: HowServed): string {
  return how === 'L1' || how === 'L2' ? `portcullis; hit; detail=${how}` : `portcullis; fwd=${how}`;
}
