import { randomUUID } from 'node:crypto';

export const REQUEST_ID_HEADER = 'x-request-id';

// Short and plain, so that it is safe in a log line and in a header as it stands.
const ACCEPTED = /^[A-Za-z0-9._-]{8,64}$/;

/** The caller's `X-Request-Id` when it may be kept, else a fresh UUID. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : randomUUID();
}
