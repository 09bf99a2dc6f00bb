import { HttpException } from '@nestjs/common';
import { isOutage } from './outage.js';
import { Problem } from './problem.js';

// The one table from status to code, for refusals that are not Problems: Nest's, Fastify's, Node's.
const REFUSALS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['request.malformed', 'The request cannot be read.'],
  401: ['request.unauthenticated', 'The request needs valid credentials.'],
  403: ['request.forbidden', 'The request is not allowed.'],
  404: ['request.not_found', 'There is nothing here.'],
  405: ['request.method_not_allowed', 'The method is not offered here.'],
  406: ['request.not_acceptable', 'There is no answer in a form that the request accepts.'],
  408: ['request.timeout', 'The request took too long to arrive.'],
  409: ['request.conflict', 'The request does not fit the present state.'],
  412: ['request.precondition_failed', 'A condition of the request does not hold.'],
  413: ['request.too_large', 'The body is too large.'],
  414: ['request.uri_too_long', 'The address is too long.'],
  415: ['request.unsupported_media_type', 'A body must be application/json in UTF-8.'],
  417: ['request.expectation_failed', 'The expectation cannot be met.'],
  422: ['request.invalid', 'The input is not valid.'],
  429: ['request.too_many', 'There have been too many requests.'],
  431: ['request.headers_too_large', 'The headers are too large.'],
};

const RETRY_AFTER_SECONDS = 5;

/**
 * Whatever was thrown, as what may be said about it: a Problem as it is, a refusal of the framework under a stable code
 * without its words (they repeat the URL), an outage as 503 `server.unavailable` with `Retry-After`, all else as 500
 * `server.error`. The error itself is kept as the cause.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = statusOf(error);
  if (status >= 400 && status < 500) return refusal(status, error);
  return status === 503 || isOutage(error) ? unavailable(error) : fault(error);
}

/** The Problem for a status from 400 to 499, in the words of the table. */
export function refusal(status: number, cause?: unknown, headers?: Record<string, string>): Problem {
  const [code, detail] = REFUSALS[status] ?? ['request.refused', 'The request is refused.'];
  return new Problem(status, code, detail, { cause, headers });
}

function unavailable(cause: unknown): Problem {
  const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
  return new Problem(503, 'server.unavailable', 'The server cannot answer just now.', { cause, headers });
}

const fault = (cause: unknown) => new Problem(500, 'server.error', 'Something went wrong on the server.', { cause });

/** Fastify and http-errors carry `statusCode`; so does what Fastify throws when a client gives up on its own body. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
