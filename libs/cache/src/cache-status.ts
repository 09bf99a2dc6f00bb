import type { HowServed } from './read-through.js';

/**
 * The value of a `Cache-Status` field (RFC 9211): `portcullis; hit; detail=L1`, `portcullis; fwd=miss` and so on. What is
 * served stale has been forwarded, too, and without success.
 */
export function cacheStatus(how: HowServed): string {
  if (how === 'stale') return 'portcullis; fwd=stale; detail=served';
  return how === 'L1' || how === 'L2' ? `portcullis; hit; detail=${how}` : `portcullis; fwd=${how}`;
}
