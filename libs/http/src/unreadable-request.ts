import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { problemAnswer } from './problem-answer.js';
import { REQUEST_ID_HEADER } from './request-id.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { refusal } from './to-problem.js';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

// Bytes keep coming after the first error, and each piece is an error of its own.
const refused = new WeakSet<Socket>();

/**
 * Answers what Node could not read as a request (400, 408, 413, 431) like everything else: a problem document with all
 * security headers. Then the connection ends, because nobody knows where the next request would begin.
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || refused.has(socket)) return;
  refused.add(socket);
  answerInTurn(socket, rawAnswer(STATUS_BY_CODE[error.code ?? ''] ?? 400));
}

/** Requests read before it on the same connection are answered first: a client takes answers in the order it asked. */
function answerInTurn(socket: Socket & { _httpMessage?: ServerResponse | null }, answer: string): void {
  const current = socket._httpMessage;
  if (current?.req.complete) return void current.once('close', () => answerInTurn(socket, answer));
  if (socket.writable && !current?.headersSent) socket.write(answer);
  socket.destroySoon();
}

function rawAnswer(status: number): string {
  const { headers, body } = problemAnswer(refusal(status));
  const lines = Object.entries({
    ...SECURITY_HEADERS,
    ...headers,
    [REQUEST_ID_HEADER]: randomUUID(),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}
