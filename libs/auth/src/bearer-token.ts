import { SeveralCredentials } from './auth.errors.js';
import type { IncomingRequest } from './incoming-request.js';

const BEARER = /^Bearer +([^\s,]+)$/i;

/**
 * The token of the Authorization header: `undefined` without one, `null` when it holds no bearer token. Throws
 * {@link SeveralCredentials} for a repeated header, of which Node would quietly keep the first.
 */
export function bearerToken(request: IncomingRequest): string | null | undefined {
  const rawHeaders = request.raw?.rawHeaders ?? request.rawHeaders ?? [];
  const copies = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization');
  if (copies.length > 1) throw new SeveralCredentials();
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  return typeof authorization === 'string' ? (BEARER.exec(authorization)?.[1] ?? null) : null;
}
