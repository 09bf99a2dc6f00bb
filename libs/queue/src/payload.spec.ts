import { encodePayload, MAX_PAYLOAD_BYTES } from './payload.js';

const cycle: { self?: object } = {};
cycle.self = cycle;

describe(encodePayload, () => {
  it('writes plain data as JSON', () => {
    const payload = { url: 'https://a.example', pages: [1, 2.5, null], deep: { ok: true }, missing: undefined };
    expect(JSON.parse(encodePayload('t', payload))).toEqual({
      url: 'https://a.example',
      pages: [1, 2.5, null],
      deep: { ok: true },
    });
  });

  it('takes the same object in two places', () => {
    const pet = { name: 'Ada' };
    expect(encodePayload('t', { one: pet, two: pet })).toBe('{"one":{"name":"Ada"},"two":{"name":"Ada"}}');
  });

  it.each([
    ['a text', 'text'],
    ['a list', [1]],
    ['null', null],
    ['a Date', { at: new Date() }],
    ['a Map', { map: new Map() }],
    ['an instance of a class', { list: [new (class Pet {})()] }],
    ['a function', { run: () => undefined }],
    ['an object with toJSON', { secret: { toJSON: () => 'x' } }],
    ['NaN', { n: Number.NaN }],
    ['a bigint', { n: 1n }],
    ['a hole in a list', { list: [undefined] }],
    ['a cycle', cycle],
    ['NUL', { text: 'a\0b' }],
    ['half a surrogate pair in a key', { ['\ud800']: 1 }],
  ])('refuses %s', (_, payload) => {
    expect(() => encodePayload('pets.import', payload)).toThrow(TypeError);
    expect(() => encodePayload('pets.import', payload)).toThrow(
      /^The payload of a "pets.import" job must be plain JSON data; it (holds|is) /,
    );
  });

  it('refuses more than 64 KiB, counted in bytes', () => {
    const ofBytes = (bytes: number) => ({ text: 'é'.repeat((bytes - '{"text":""}'.length - 1) / 2) + 'x' });
    expect(() => encodePayload('t', ofBytes(MAX_PAYLOAD_BYTES))).not.toThrow();
    expect(() => encodePayload('t', ofBytes(MAX_PAYLOAD_BYTES + 2))).toThrow(RangeError);
  });

  it('quotes nothing of the payload', () => {
    expect(() => encodePayload('t', { hunter2: 'hunter2\0' })).toThrow(/^((?!hunter2).)*$/);
  });
});
