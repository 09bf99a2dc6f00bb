/** Enough for ids and small lists. What is larger belongs in a table or in storage, and its id in the payload. */
export const MAX_PAYLOAD_BYTES = 65_536;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The payload as JSON text. Nothing of it is in an error.
 * @throws {TypeError} when it would not be the same again: a Date, a Map, an instance of a class, NaN, a cycle
 * @throws {RangeError} when its JSON exceeds 64 KiB
 */
export function encodePayload(typeName: string, payload: unknown): string {
  const fault = isPlainObject(payload) ? findFault(payload, new Set()) : 'is not a plain object';
  if (fault) throw new TypeError(`The payload of a "${typeName}" job must be plain JSON data; it ${fault}.`);
  const text = JSON.stringify(payload);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PAYLOAD_BYTES)
    throw new RangeError(`The payload of a "${typeName}" job is ${bytes} bytes of JSON; at most ${MAX_PAYLOAD_BYTES}.`);
  return text;
}

/** Why JSON would not bring the value back, or null. A property without a value is left out by JSON, and is no fault. */
function findFault(value: unknown, around: Set<object>): string | null {
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'string') return isStorable(value) ? null : 'holds a text that PostgreSQL cannot store';
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'holds a number that JSON does not have';
  if (typeof value !== 'object') return `holds a value of type ${typeof value}`;
  if (around.has(value)) return 'holds itself';
  if (!Array.isArray(value) && !isPlainObject(value)) return 'holds an instance of a class';
  return findFaultWithin(value, new Set(around).add(value));
}

function findFaultWithin(value: object, around: Set<object>): string | null {
  if (Array.isArray(value)) return firstFault(value, (item) => findFault(item, around));
  if ('toJSON' in value) return 'holds an object with toJSON';
  return firstFault(Object.entries(value), ([key, item]) => {
    if (!isStorable(key)) return 'holds a text that PostgreSQL cannot store';
    return item === undefined ? null : findFault(item, around);
  });
}

function firstFault<T>(items: readonly T[], faultOf: (item: T) => string | null): string | null {
  for (const item of items) {
    const fault = faultOf(item);
    if (fault) return fault;
  }
  return null;
}

/** Whatever realm it is from. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** jsonb has neither NUL nor half of a surrogate pair. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && !LONE_SURROGATE.test(text);
}
