import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { type InputError, type ProblemDocument } from './problem.dto.js';

export interface ProblemOptions {
  /** Sent with the answer, such as `WWW-Authenticate` or `Retry-After`. */
  headers?: Readonly<Record<string, string>>;
  errors?: InputError[];
  /** Logged when the status is 500 or more; never sent. */
  cause?: unknown;
}

/**
 * A refusal with a stable code, to be subclassed by name: `class InvalidCredentials extends Problem`. `ProblemFilter`
 * sends it as RFC 9457; without that filter Nest's own still answers with the right status and the same document.
 * `detail` reaches the client as it is: it never holds what the client sent.
 */
export class Problem extends HttpException {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    readonly code: string,
    detail: string,
    { headers = {}, errors, cause }: ProblemOptions = {},
  ) {
    super({ ...problemDocument(status, code, detail), ...(errors && { errors }) }, status, { cause });
    this.message = detail;
    this.headers = headers;
  }

  document(requestId?: string): ProblemDocument {
    return { ...(this.getResponse() as ProblemDocument), ...(requestId && { requestId }) };
  }
}

export function problemDocument(status: number, code: string, detail: string): ProblemDocument {
  return { type: `urn:portcullis:${code}`, title: STATUS_CODES[status] ?? 'Error', status, detail, code };
}
