import { generateKeyPairSync } from 'node:crypto';
import { readPrivateJwkSet } from './private-jwk-set.js';

const newKey = (kid: unknown, namedCurve = 'P-256') => ({
  ...generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' }),
  kid,
});
const read = (...keys: unknown[]) => readPrivateJwkSet(JSON.stringify({ keys }));

describe(readPrivateJwkSet.name, () => {
  const key = newKey('2026-11');
  const { d: _, ...publicKey } = key;

  it('keeps the keys in their order', () => {
    const older = newKey('2025.08_b-1');
    expect(read(key, older)).toEqual({ keys: [key, older] });
  });

  it('keeps only what signing needs', () => {
    expect(read({ ...key, alg: 'ES256', use: 'sig', note: 'mine' })).toEqual({ keys: [key] });
  });

  it.each<[string, unknown[]]>([
    ['no keys', []],
    ['null', [null]],
    ['a public key', [publicKey]],
    ['a key of another curve', [newKey('a', 'P-384')]],
    ['a key of another type', [{ kty: 'oct', k: 'c2VjcmV0', kid: 'a' }]],
    ['a key for another algorithm', [{ ...key, alg: 'ECDH-ES' }]],
    ['a key for encryption', [{ ...key, use: 'enc' }]],
    ['a public part that is not of the private one', [{ ...key, x: newKey('b').x }]],
    ['a private part of zero', [{ ...key, d: 'A'.repeat(43) }]],
    ['a private part that is too long', [{ ...key, d: `${key.d}AAAA` }]],
    ['two keys of one kid', [key, newKey('2026-11')]],
    ['no kid', [newKey(undefined)]],
    ['an empty kid', [newKey('')]],
    ['a kid of 65 characters', [newKey('a'.repeat(65))]],
    ['a kid with a space', [newKey('a b')]],
    ['a kid that is a number', [newKey(1)]],
  ])('refuses %s', (_, keys) => {
    expect(read(...keys)).toBeUndefined();
  });

  it.each(['', '{', 'null', '5', '[]', '{}', '{"keys":{}}'])('refuses the text "%s"', (text) => {
    expect(readPrivateJwkSet(text)).toBeUndefined();
  });
});
