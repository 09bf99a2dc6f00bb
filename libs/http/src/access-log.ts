import { Logger } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { withLogFields } from '#observability';

const logger = new Logger('Http');

/** One line for a request that was answered. It names the route, never the address: paths and queries hold secrets. */
export function logAccess(request: FastifyRequest, reply: FastifyReply): void {
  const line = {
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    ip: request.ip,
  };
  withLogFields({ requestId: request.id }, () => logger.log(line));
}
