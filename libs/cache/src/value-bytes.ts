import { deserialize, serialize } from 'node:v8';

/** @throws TypeError for a value that holds a function, a symbol, a promise or anything else that cannot be cloned */
export function toBytes(value: unknown): Buffer {
  try {
    return serialize(value);
  } catch (cause) {
    throw new TypeError('A cached value is plain data, without functions, symbols or promises.', { cause });
  }
}

/** A new value each time. The bytes are copied first, because binary data inside the value would be a view of them. */
export function fromBytes(bytes: Uint8Array): unknown {
  return deserialize(new Uint8Array(bytes));
}
