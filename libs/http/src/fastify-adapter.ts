import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance } from 'fastify';
import { logAccess } from './access-log.js';
import { AllowedMethods } from './allowed-methods.js';
import { ambiguity } from './ambiguous-headers.js';
import { countRequest } from './http.metrics.js';
import { acceptOnlyJson } from './json-only.js';
import { markRequest } from './mark-request.js';
import { serverOptions, type Timeouts } from './server-options.js';
import { refusal } from './to-problem.js';

export interface FastifyAdapterOptions {
  /** Addresses and CIDR blocks whose X-Forwarded-* headers are believed; empty = nobody's. */
  trustedProxies: readonly string[];
  /** The path under which Swagger UI is served; only there may a page load scripts and styles. */
  documentation?: string;
  timeouts?: Partial<Timeouts>;
}

/**
 * The HTTP server for `NestFactory.create(AppModule, adapter, { bodyParser: false })`, with `HttpModule` among the
 * imports. Bodies are JSON of at most 16 KB and 32 levels; slow clients are cut off; every answer, also one to bytes
 * that are no request, has the security headers, an `X-Request-Id` (the caller's if it is fit) and, when it refuses, a
 * problem document. Each request is counted in the metrics and leaves one line in the log, and all lines written meanwhile
 * carry its id. On close, requests in flight are answered first. It uses the adapter's one `setOnRequestHook`.
 */
export function createFastifyAdapter(options: FastifyAdapterOptions): FastifyAdapter {
  const adapter = new FastifyAdapter(serverOptions(options.trustedProxies, options.timeouts));
  const fastify = adapter.getInstance<FastifyInstance>();
  adapter.setOnRequestHook(markRequest(options.documentation));
  refuseUnclearRequests(fastify);
  acceptOnlyJson(fastify);
  reportRequests(fastify);
  closeWhenAnswered(fastify);
  return adapter;
}

function refuseUnclearRequests(fastify: FastifyInstance): void {
  const allowed = new AllowedMethods();
  fastify.addHook('onRoute', (route) => allowed.add(route));
  fastify.addHook('onRequest', (request, _reply, done) => done(ambiguity(request.raw)));
  fastify.addHook('onRequest', (request, _reply, done) => {
    const methods = request.is404 ? allowed.of(request.url) : [];
    done(methods.length > 0 ? refusal(405, undefined, { Allow: methods.join(', ') }) : undefined);
  });
  // Node would answer an unknown Expect itself, without our headers; it may be ignored (RFC 9110 section 10.1.1).
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
}

function reportRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    logAccess(request, reply);
    countRequest(request, reply);
    done();
  });
}

/** Closing a server drops the connections that are idle then; one that is busy would stay for its keep-alive time. */
function closeWhenAnswered(fastify: FastifyInstance): void {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onResponse', (_request, _reply, done) => {
    if (closing) setImmediate(() => fastify.server.closeIdleConnections());
    done();
  });
}
