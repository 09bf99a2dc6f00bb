import { types } from 'node:util';
import { Decoder, Encoder, ExtData } from '@msgpack/msgpack';
import { binaryBytes, binaryFrom, isBinary } from './binary-format.js';

/** What MessagePack itself has no word for. The numbers are part of the format. */
const SPECIAL = 0;
const UUID = 1;
const UTF16 = 2;
const BIGINT = 3;
const DATE = 4;
const MAP = 5;
const SET = 6;
const BINARY = 7;
const PAIRS = 8;

const UNDEFINED = new ExtData(SPECIAL, Uint8Array.of(0));
const NEGATIVE_ZERO = new ExtData(SPECIAL, Uint8Array.of(1));

const LOWER_CASE_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** UTF-8 cannot write half of a surrogate pair, and its decoder drops a byte order mark. */
const NOT_FOR_UTF8 = /^\ufeff|[\ud800-\udfff]/u;
const DEEPEST = 100;
/** A codec keeps the room that it once needed; that for a large value is given back. */
const LARGE_BYTES = 1 << 20;

const extensionCodec = {
  tryToEncode: (value: unknown) => (value instanceof ExtData ? value : null),
  decode: (data: Uint8Array, type: number) => fromExtension(type, data),
};
const newEncoder = () => new Encoder({ extensionCodec, maxDepth: 2 * DEEPEST });

let encoder = newEncoder();
const decoder = new Decoder({ extensionCodec });

/** @throws TypeError for what is no plain data, or is nested more than 100 deep, as what contains itself is */
export function encodeValue(value: unknown): Uint8Array {
  return pack(toWire(value, 0));
}

/** A new value each time, of which nothing is a view of the bytes. Throws for bytes that are no such format. */
export function decodeValue(bytes: Uint8Array): unknown {
  return decoder.decode(bytes);
}

function pack(wire: unknown): Uint8Array {
  const bytes = encoder.encode(wire);
  if (bytes.byteLength > LARGE_BYTES) encoder = newEncoder();
  return bytes;
}

function toWire(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return textToWire(value);
    case 'number':
      return Object.is(value, -0) ? NEGATIVE_ZERO : value;
    case 'boolean':
      return value;
    case 'undefined':
      return UNDEFINED;
    case 'bigint':
      return new ExtData(BIGINT, bigintBytes(value));
    case 'object':
      return value === null ? null : objectToWire(value, depth + 1);
    case 'function':
    case 'symbol':
      throw notPlain();
  }
}

function textToWire(text: string): unknown {
  if (text.length === 36 && LOWER_CASE_UUID.test(text)) {
    return new ExtData(UUID, Buffer.from(text.replaceAll('-', ''), 'hex'));
  }
  return NOT_FOR_UTF8.test(text) ? new ExtData(UTF16, Buffer.from(text, 'utf16le')) : text;
}

function objectToWire(value: object, depth: number): unknown {
  if (depth > DEEPEST)
    throw new TypeError(`A cached value is nested ${DEEPEST} deep at most, and never contains itself.`);
  const part = (each: unknown) => toWire(each, depth);
  if (Array.isArray(value)) return Array.from(value, part);
  if (types.isDate(value)) return new ExtData(DATE, doubleBytes(value.getTime()));
  if (types.isMap(value)) return new ExtData(MAP, pack([...value].flat(1).map(part)));
  if (types.isSet(value)) return new ExtData(SET, pack(Array.from(value, part)));
  if (isBinary(value)) return new ExtData(BINARY, binaryBytes(value));
  if (isOpaque(value)) throw notPlain();
  return fieldsToWire(value as Record<string, unknown>, part);
}

function fieldsToWire(value: Record<string, unknown>, part: (each: unknown) => unknown): unknown {
  const keys = Object.keys(value);
  const isPlain = keys.every((key) => key !== '__proto__' && !NOT_FOR_UTF8.test(key));
  if (!isPlain) return new ExtData(PAIRS, pack(keys.flatMap((key) => [part(key), part(value[key])])));
  const fields: Record<string, unknown> = {};
  for (const key of keys) fields[key] = part(value[key]);
  return fields;
}

function fromExtension(type: number, data: Uint8Array): unknown {
  switch (type) {
    case SPECIAL:
      return data[0] === 0 ? undefined : -0;
    case UUID:
      return uuidFrom(data);
    case UTF16:
      return viewOf(data).toString('utf16le');
    case BIGINT:
      return bigintFrom(data);
    case DATE:
      return new Date(viewOf(data).readDoubleLE());
    case MAP:
      return new Map(pairsFrom(data));
    case SET:
      return new Set(decodeValue(data) as unknown[]);
    case BINARY:
      return binaryFrom(data);
    case PAIRS:
      return Object.fromEntries(pairsFrom(data));
    default:
      throw new RangeError(`Nothing is known of a MessagePack extension ${type}.`);
  }
}

function pairsFrom(data: Uint8Array): [PropertyKey, unknown][] {
  const flat = decodeValue(data) as PropertyKey[];
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]]);
}

function uuidFrom(data: Uint8Array): string {
  const hex = viewOf(data).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A sign and the hexadecimal digits of the amount, in pairs. */
function bigintBytes(value: bigint): Uint8Array {
  const digits = (value < 0n ? -value : value).toString(16);
  return Buffer.from((value < 0n ? '01' : '00') + digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}

function bigintFrom(data: Uint8Array): bigint {
  const amount = BigInt(`0x${viewOf(data).toString('hex', 1)}`);
  return data[0] === 1 ? -amount : amount;
}

function doubleBytes(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** What has more to it than its own fields, and would come back as an empty object. */
function isOpaque(value: object): boolean {
  return (
    types.isPromise(value) ||
    types.isProxy(value) ||
    types.isRegExp(value) ||
    types.isNativeError(value) ||
    types.isBoxedPrimitive(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    types.isSharedArrayBuffer(value) ||
    types.isExternal(value)
  );
}

function notPlain(): TypeError {
  return new TypeError('A cached value is plain data, without functions, symbols, promises, errors or expressions.');
}
