const CENSORED = '[redacted]';
const MAX_DEPTH = 8;

// "body" and "parameters" hold whatever a client sent, or a statement's values.
const SECRET_NAME =
  /passw(?:or)?d|^pwd$|passphrase|secret|credential|authorization|cookie|csrf|seed|otp$|keys?$|tokens?$|^d$|^body$|^parameters$/i;
/** The user and the password of a URL, wherever it stands. */
const USER_INFO = /(?<=\w:\/\/)[^\s/]+@/g;

/**
 * A copy of what is about to be logged, without the values of fields whose names promise a secret, at any depth.
 * Bytes are never logged, an error becomes its safe parts, and what lies deeper than 8 levels (a cycle, say) is cut off.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(USER_INFO, `${CENSORED}@`);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return '[binary]';
  if (depth === MAX_DEPTH) return '[too deep]';
  if (value instanceof Error) return safeParts(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (isSelfDescribing(value)) return redact(value.toJSON(), depth + 1);
  return redactFields(value, depth);
}

/** A driver's error also carries the statement's values and the row that it collided with: those stay behind. */
function safeParts(error: ErrorParts, depth: number): Record<string, unknown> {
  const { name: type, message, stack, code, cause, errors } = error;
  const parts = { type, message, stack, code: redact(code, MAX_DEPTH), cause, errors };
  return redact(parts, depth + 1) as Record<string, unknown>;
}

type ErrorParts = Error & { code?: unknown; errors?: unknown };

function redactFields(value: object, depth: number): Record<string, unknown> {
  const clean = ([name, held]: [string, unknown]) => [name, isSecret(name) ? CENSORED : redact(held, depth + 1)];
  return Object.fromEntries(Object.entries(value).map(clean)) as Record<string, unknown>;
}

const isSelfDescribing = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

const isSecret = (name: string) => SECRET_NAME.test(name.replaceAll('-', '_'));
