import { refuseHostileJson } from './hostile-json.js';
import { Problem } from './problem.js';

// ignoreBOM keeps a byte order mark in the text, where JSON does not allow it (RFC 8259 section 8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value of a JSON body. What is not UTF-8, not JSON or hostile is a Problem (400) that repeats none of it. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  refuseHostileJson(text);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON.');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
}

const malformed = (detail: string) => new Problem(400, 'request.malformed', detail);
