import { SetMetadata } from '@nestjs/common';

/** `'always'`, or `'ending'`: only if `freshForEnding` says so for the ending of sessions. */
export type Freshness = 'always' | 'ending';

export const FRESHNESS = 'portcullis:freshness';

/** The route needs a user who proved who they are less than `freshSeconds` ago; otherwise 401 (RFC 9470). */
export const Fresh = (when: Freshness = 'always') => SetMetadata(FRESHNESS, when);
