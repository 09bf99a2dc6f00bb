import { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { logAccess } from './access-log.js';
import { countRequest } from './http.metrics.js';
import { problemAnswer } from './problem-answer.js';
import { REQUEST_ID_HEADER, requestIdFrom } from './request-id.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { toProblem } from './to-problem.js';
import { refuseUnreadable } from './unreadable-request.js';

const BODY_LIMIT_BYTES = 16 * 1024;
const MAX_PARAMETER_LENGTH = 256;

export interface Timeouts {
  /** From the first byte of a request to its last; past it 408. */
  requestMs: number;
  /** Without a byte either way, in a request or before its answer; past it the connection is cut. */
  silenceMs: number;
  /** Between two requests on one connection; longer than the proxy in front keeps it. */
  keepAliveMs: number;
}

const TIMEOUTS: Timeouts = { requestMs: 10_000, silenceMs: 30_000, keepAliveMs: 72_000 };

// Node looks for late requests this often, so one may take this much longer.
const MAX_CHECK_INTERVAL_MS = 1_000;

export function serverOptions(trustedProxies: readonly string[], timeouts?: Partial<Timeouts>) {
  const { requestMs, silenceMs, keepAliveMs } = { ...TIMEOUTS, ...timeouts };
  return {
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    requestTimeout: requestMs,
    connectionTimeout: silenceMs,
    keepAliveTimeout: keepAliveMs,
    http: {
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(requestMs, MAX_CHECK_INTERVAL_MS),
      requireHostHeader: false, // checked in ambiguity(), which answers with a document
    },
    forceCloseConnections: 'idle' as const,
    return503OnClosing: false, // a request that still arrives is served, with Connection: close
    genReqId: ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => requestIdFrom(headers[REQUEST_ID_HEADER]),
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseUnreadable,
  };
}

/** The router refuses an address (bad percent-encoding, too long) before any hook and any filter. */
function refuseAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = problemAnswer(toProblem(error), request.id);
  void reply.code(status).headers({ ...SECURITY_HEADERS, [REQUEST_ID_HEADER]: request.id, ...headers });
  void reply.send(body);
  logAccess(request, reply);
  countRequest(request, reply);
}
