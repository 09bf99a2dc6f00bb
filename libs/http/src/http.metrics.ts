import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Counter, Histogram } from 'prom-client';

const requests = new Counter({
  name: 'portcullis_http_requests_total',
  help: 'Answered requests, by route ("unmatched" = there is none) and status.',
  labelNames: ['method', 'route', 'status'],
});

const duration = new Histogram({
  name: 'portcullis_http_request_duration_seconds',
  help: 'From the arrival of a request until its answer was sent.',
  labelNames: ['method', 'route'],
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

/** Counts an answered request under the pattern of its route, never its address: the number of series stays bounded. */
export function countRequest({ method, routeOptions }: FastifyRequest, reply: FastifyReply): void {
  const route = routeOptions.url ?? 'unmatched';
  requests.inc({ method, route, status: reply.statusCode });
  duration.observe({ method, route }, reply.elapsedTime / 1000);
}
