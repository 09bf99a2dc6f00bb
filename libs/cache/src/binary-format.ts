import { types } from 'node:util';

/** The place in this list is part of the format. */
const KINDS = [
  'Buffer',
  'ArrayBuffer',
  'DataView',
  'Uint8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Uint32Array',
  'BigUint64Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'BigInt64Array',
  'Float32Array',
  'Float64Array',
] as const;

type Kind = (typeof KINDS)[number];
type Binary = ArrayBuffer | NodeJS.ArrayBufferView;

const FROM_BUFFER: Record<Kind, (buffer: ArrayBuffer) => Binary> = {
  Buffer: (buffer) => Buffer.from(buffer),
  ArrayBuffer: (buffer) => buffer,
  DataView: (buffer) => new DataView(buffer),
  Uint8Array: (buffer) => new Uint8Array(buffer),
  Uint8ClampedArray: (buffer) => new Uint8ClampedArray(buffer),
  Uint16Array: (buffer) => new Uint16Array(buffer),
  Uint32Array: (buffer) => new Uint32Array(buffer),
  BigUint64Array: (buffer) => new BigUint64Array(buffer),
  Int8Array: (buffer) => new Int8Array(buffer),
  Int16Array: (buffer) => new Int16Array(buffer),
  Int32Array: (buffer) => new Int32Array(buffer),
  BigInt64Array: (buffer) => new BigInt64Array(buffer),
  Float32Array: (buffer) => new Float32Array(buffer),
  Float64Array: (buffer) => new Float64Array(buffer),
};

export function isBinary(value: object): value is Binary {
  return ArrayBuffer.isView(value) || types.isArrayBuffer(value);
}

/** One byte for the kind, and what it holds. Throws TypeError for a kind that is not in the list. */
export function binaryBytes(value: Binary): Uint8Array {
  const content = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  const bytes = new Uint8Array(1 + content.byteLength);
  const kind = KINDS.indexOf(kindOf(value));
  if (kind < 0) throw new TypeError(`A cached value holds no ${kindOf(value)}.`);
  bytes[0] = kind;
  bytes.set(content, 1);
  return bytes;
}

/** A copy. Throws for bytes that are none. */
export function binaryFrom(bytes: Uint8Array): Binary {
  const kind = KINDS[bytes[0] ?? KINDS.length];
  if (kind === undefined) throw new RangeError('Nothing is known of this kind of binary data.');
  return FROM_BUFFER[kind](new Uint8Array(bytes.subarray(1)).buffer);
}

function kindOf(value: Binary): Kind {
  return Buffer.isBuffer(value) ? 'Buffer' : (value[Symbol.toStringTag] as Kind);
}
