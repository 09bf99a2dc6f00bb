import { type Problem } from './problem.js';

/**
 * With a charset, although RFC 8259 defines none for JSON: Fastify and Express put it on every other JSON answer, ASVS
 * 4.1.1 asks for it, and clients compare the media type before the semicolon.
 */
const MEDIA_TYPE = 'application/problem+json; charset=utf-8';

export interface ProblemAnswer {
  status: number;
  /** With names in lower case, so that they replace each other when merged. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** A Problem as the three parts of an answer, for whoever writes it: the filter, the router, the raw socket. */
export function problemAnswer(problem: Problem, requestId?: string): ProblemAnswer {
  return {
    status: problem.getStatus(),
    headers: { 'content-type': MEDIA_TYPE, 'cache-control': 'no-store', ...lowerCased(problem.headers) },
    body: JSON.stringify(problem.document(requestId)),
  };
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
