import { generateSigningKeySet, SigningKeys } from './signing-keys.js';

describe(SigningKeys.name, () => {
  const set = { keys: [...generateSigningKeySet('new').keys, ...generateSigningKeySet('old').keys] };
  const keys = new SigningKeys(set);

  it('signs with the first and publishes the public part of all', () => {
    expect(keys.current.kid).toBe('new');
    expect(keys.publicJwks()).toEqual({
      keys: set.keys.map(({ kty, crv, x, y, kid }) => ({ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' })),
    });
    expect(JSON.stringify(keys.publicJwks())).not.toContain(set.keys[0]!.d);
  });

  it('finds a key by its name only', () => {
    expect(keys.findPublic('old')).toContain('PUBLIC KEY');
    expect(keys.findPublic('constructor')).toBeUndefined();
  });

  it('refuses an empty set', () => {
    expect(() => new SigningKeys({ keys: [] })).toThrow('At least one signing key');
  });
});
