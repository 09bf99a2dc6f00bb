import { type IncomingMessage } from 'node:http';
import { Problem } from './problem.js';
import { refusal } from './to-problem.js';

// Node silently keeps the first of these, where the proxy in front may have looked at the last.
const SINGULAR = new Set(['host', 'authorization', 'content-type']);

/** The refusal for a request with no Host or with two different answers to one question; undefined if it is clear. */
export function ambiguity({ rawHeaders, headers }: IncomingMessage): Problem | undefined {
  if (headers.host === undefined) return malformed('The request has no Host header.');
  const twice = singularHeaderSentTwice(rawHeaders);
  if (twice === undefined) return undefined;
  return twice === 'content-type' ? refusal(415) : malformed('The request has a header twice that it may have once.');
}

/** `rawHeaders` alternates names and values, as they were sent. */
function singularHeaderSentTwice(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    if (!SINGULAR.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

const malformed = (detail: string) => new Problem(400, 'request.malformed', detail);
