import { inspect } from 'node:util';
import { encode } from '@msgpack/msgpack';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { decodeValue, encodeValue } from './value-format.js';

/** By inspection, which shows types too: what a test runner compares with `instanceof` may come from another realm. */
const shown = (value: unknown) => inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null });
const again = (value: unknown) => decodeValue(encodeValue(value));
const UUID = '0198c1a0-7c5e-7d3f-9a51-3f0b7f2f6f10';

describe('the format of values', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['minus zero', -0],
    ['no number', Number.NaN],
    ['infinity', Number.NEGATIVE_INFINITY],
    ['the largest integer', Number.MAX_SAFE_INTEGER],
    ['a number beyond', 2 ** 60],
    ['zero as a BigInt', 0n],
    ['a negative BigInt', -(2n ** 200n) - 1n],
    ['a date before the epoch', new Date(-1)],
    ['a date with milliseconds', new Date('2026-02-03T04:05:06.789Z')],
    ['a date that is none', new Date(Number.NaN)],
    ['a UUID', UUID],
    ['a UUID in capitals', UUID.toUpperCase()],
    ['nearly a UUID', `${UUID.slice(0, 35)}g`],
    ['half a surrogate pair', 'a\ud83d'],
    ['a byte order mark', `\ufeff${'long enough for another decoder '.repeat(20)}`],
    ['emoji', '👋'.repeat(100)],
    ['a key that is half a surrogate pair', { '\udc4b': 1 }],
    ['a map of a map', new Map([[{ key: 1 }, new Map([[new Date(0), [1n]]])]])],
    ['a set of sets', new Set([new Set([1]), 'a'])],
    ['a Buffer', Buffer.from('c0ffee', 'hex')],
    ['an empty Buffer', Buffer.alloc(0)],
    ['a part of a Buffer', Buffer.from('c0ffee', 'hex').subarray(1, 2)],
    ['an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer],
    ['a DataView', new DataView(new Uint8Array([1, 2, 3]).buffer)],
    ['doubles', new Float64Array([0.5, Number.NaN])],
    ['integers of 64 bits', new BigInt64Array([-1n, 2n ** 62n])],
    ['clamped bytes', new Uint8ClampedArray([255])],
    ['fields that are undefined', { here: undefined, there: [undefined] }],
  ])('brings back %s', (_, value) => {
    expect(shown(again(value))).toBe(shown(value));
  });

  it('brings back a key "__proto__", and changes no prototype', () => {
    const hostile = JSON.parse('{"__proto__":{"isAdmin":true},"a":1}') as object;
    const back = again(hostile) as object;
    expect(Object.keys(back)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf({}));
    expect((back as { isAdmin?: true }).isAdmin).toBeUndefined();
  });

  it('takes holes for undefined', () => {
    const holed = Object.assign([1], { 2: 2 });
    expect(shown(again(holed))).toBe('[ 1, undefined, 2 ]');
  });

  it('writes a UUID in 18 bytes', () => {
    expect(encodeValue(UUID)).toHaveLength(18);
  });

  it('brings back values of which nothing is a view of the bytes', () => {
    const bytes = encodeValue({ binary: Buffer.from('abc'), id: UUID, text: 'abc' });
    const back = decodeValue(bytes);
    const before = shown(back);
    bytes.fill(0);
    expect(shown(back)).toBe(before);
  });

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a promise', Promise.resolve()],
    ['an error', new Error('lost')],
    ['an expression', /a/],
    ['a weak map', new WeakMap()],
    ['a boxed number', Object(1)],
    ['shared memory', new SharedArrayBuffer(1)],
  ])('refuses %s', (_, part) => {
    expect(() => encodeValue({ list: [part] })).toThrow(TypeError);
    expect(() => encodeValue(new Map([[1, part]]))).toThrow(TypeError);
  });

  it('refuses what contains itself, and what is nested more than 100 deep', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => encodeValue(loop)).toThrow(TypeError);
    expect(shown(again(nested(100)))).toBe(shown(nested(100)));
    expect(() => encodeValue(nested(101))).toThrow(TypeError);
  });

  it('throws for an extension that it does not know', () => {
    expect(() => decodeValue(Uint8Array.of(0xd4, 99, 0))).toThrow(RangeError);
    expect(() => decodeValue(Uint8Array.of(0xd4, 7, 99))).toThrow(RangeError);
  });

  it('does not keep the room that a large value needed', () => {
    expect(again('x'.repeat(2 ** 21))).toHaveLength(2 ** 21);
    expect(again({ a: 1 })).toEqual({ a: 1 });
  });

  const seed = Math.floor(Math.random() * 2 ** 31);

  it(`brings back 2,000 random values, and throws or answers for each part of their bytes (seed ${seed})`, () => {
    const draw = drawFrom(seed);
    for (let round = 0; round < 2_000; round++) {
      const value = randomValue(draw, 4);
      const bytes = encodeValue(value);
      expect(shown(decodeValue(bytes))).toBe(shown(value));
      const part = bytes.subarray(0, draw(bytes.length));
      expect(() => decodeValue(part)).toThrow();
    }
  });

  it(`never hangs or crashes on 5,000 random bytes (seed ${seed})`, () => {
    const draw = drawFrom(seed + 1);
    for (let round = 0; round < 5_000; round++) {
      const bytes = Uint8Array.from({ length: 1 + draw(40) }, () => draw(256));
      try {
        decodeValue(bytes);
      } catch (error) {
        expect((error as Error).message).toEqual(expect.any(String));
      }
    }
  });

  it('reads what other writers of MessagePack have written', () => {
    expect(decodeValue(encode({ a: [1, 'b', null, 1.5] }))).toEqual({ a: [1, 'b', null, 1.5] });
  });
});

function nested(depth: number): unknown {
  return depth === 1 ? {} : { in: nested(depth - 1) };
}

type Draw = (below: number) => number;

/** The same numbers for the same seed. */
function drawFrom(seed: number): Draw {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * Math.max(1, below));
}

const SCALARS: ((draw: Draw) => unknown)[] = [
  () => null,
  () => undefined,
  (draw) => draw(2) === 1,
  (draw) => draw(2 ** 32) - 2 ** 31,
  (draw) => draw(2 ** 32) / 7,
  () => -0,
  (draw) => BigInt(draw(2 ** 32)) ** BigInt(draw(8)) * (draw(2) ? 1n : -1n),
  (draw) => String.fromCharCode(...Array.from({ length: draw(12) }, () => draw(0x10000))),
  (draw) => 'text '.repeat(draw(100)),
  (draw) => new Date(draw(2 ** 32) * 1_000),
  (draw) => Buffer.from(Array.from({ length: draw(20) }, () => draw(256))),
  (draw) => new Int16Array(Array.from({ length: draw(5) }, () => draw(2 ** 15))),
  (draw) => UUID.replace('0', '0123456789abcdef'[draw(16)]!),
];

function randomValue(draw: Draw, depth: number): unknown {
  const kind = draw(depth === 0 ? 3 : 7);
  const many = <T>(make: () => T) => Array.from({ length: draw(5) }, make);
  const inner = () => randomValue(draw, depth - 1);
  if (kind < 3) return SCALARS[draw(SCALARS.length)]!(draw);
  if (kind === 3) return many(inner);
  if (kind === 4) return new Map(many(() => [inner(), inner()]));
  if (kind === 5) return new Set(many(inner));
  return Object.fromEntries(many(() => [`${SCALARS[7]!(draw) as string}k`, inner()]));
}
