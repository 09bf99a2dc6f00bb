const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

// PostgreSQL, appendix A: connection exceptions (08), out of resources (53), operator intervention (57, also a
// statement's time limit), a lock's time limit (55P03). For a host application's own database; ours says `.unavailable`.
const SQL_STATES = /^(?:08[0-9A-Z]{3}|53[0-9A-Z]{3}|57[0-9A-Z]{3}|55P03)$/;

// What pg, its pool and TypeORM say without any code.
const MESSAGES =
  /^(?:timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end|Driver not Connected)/;

const MAX_LINKS = 8;

/**
 * Whether an error says that something we depend on is down, slow or full, so that the same request may succeed later.
 * Told by shape, not by class, and also of the errors within (`cause`, TypeORM's `driverError`, an AggregateError's
 * `errors`): what failed may be wrapped by anybody.
 */
export function isOutage(error: unknown, links = MAX_LINKS): boolean {
  if (!(error instanceof Error) || links === 0) return false;
  const { code, message, cause, driverError, errors } = error as WrappingError;
  if (typeof code === 'string' && isOutageCode(code)) return true;
  return MESSAGES.test(message) || [cause, driverError, ...(errors ?? [])].some((inner) => isOutage(inner, links - 1));
}

/** Our own errors of this kind say so in their code: `database.unavailable`. */
function isOutageCode(code: string): boolean {
  return SOCKET_CODES.has(code) || SQL_STATES.test(code) || code.endsWith('.unavailable');
}

type WrappingError = Error & { code?: unknown; driverError?: unknown; errors?: unknown[] };
