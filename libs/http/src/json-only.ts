import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { parseJsonBody } from './json-body.js';
import { refusal } from './to-problem.js';

const JSON_IN_UTF8 = /^application\/json(?: *; *charset=(?:utf-8|"utf-8"))?$/i;

/**
 * Makes `application/json` the only body that is read: a form, plain text, a compressed or an unlabelled body is 415
 * before any handler runs, so that no page of another site can send one without a CORS preflight. A request without a
 * body needs no type, and may have one.
 */
export function acceptOnlyJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (!isPlainJson(request)) return done(refusal(415));
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (problem) {
      done(problem as Error);
    }
  });
}

/** Fastify finds a parser by the media type alone: what follows it, and the encoding, are judged here. */
function isPlainJson({ headers }: FastifyRequest): boolean {
  const encoding = headers['content-encoding'];
  return JSON_IN_UTF8.test(headers['content-type'] ?? '') && (encoding === undefined || encoding === 'identity');
}
