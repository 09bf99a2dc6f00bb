import { type FastifyReply, type FastifyRequest } from 'fastify';
import { withLogFields } from '#observability';
import { REQUEST_ID_HEADER } from './request-id.js';
import { DOCUMENTATION_HEADERS, SECURITY_HEADERS } from './security-headers.js';

type OnRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/** The first thing that happens to a request: its answer gets the headers, and all lines logged from here on its id. */
export function markRequest(documentation: string | undefined): OnRequest {
  return (request, reply, done) => {
    reply.headers(isUnder(documentation, request.routeOptions.url) ? DOCUMENTATION_HEADERS : SECURITY_HEADERS);
    reply.header(REQUEST_ID_HEADER, request.id);
    withLogFields({ requestId: request.id }, done);
  };
}

/** Judged by the route, which the router has decoded, not by the address as it was sent. */
const isUnder = (prefix: string | undefined, route: string | undefined): boolean =>
  prefix !== undefined && (route === prefix || route?.startsWith(`${prefix}/`) === true);
