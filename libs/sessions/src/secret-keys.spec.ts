import { randomBytes } from 'node:crypto';
import { SecretKeys } from './secret-keys.js';

describe(SecretKeys.name, () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];

  it('makes new tokens with the first key and finds every one by its id', () => {
    const keys = new SecretKeys([first, second]);
    expect(keys.current).toBe(keys.all[0]);
    expect(keys.all.map(({ id }) => keys.find(id))).toEqual(keys.all);
    expect(keys.find('unknown')).toBeUndefined();
  });

  it('derives the same key for the same purpose and salt, and another for any other', () => {
    const [key, other] = new SecretKeys([first, second]).all;
    const salt = randomBytes(32);
    const derived = key!.derive('refresh-token', salt);
    expect(derived).toHaveLength(32);
    expect(new SecretKeys([first]).current.derive('refresh-token', salt)).toEqual(derived);
    expect(key!.derive('csrf', salt)).not.toEqual(derived);
    expect(key!.derive('refresh-token', randomBytes(32))).not.toEqual(derived);
    expect(other!.derive('refresh-token', salt)).not.toEqual(derived);
  });

  it('gives nothing of the secret away in its id', () => {
    const { id } = new SecretKeys([first]).current;
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(first.toString('hex')).not.toContain(id);
  });

  it('refuses no key and a key of another size', () => {
    expect(() => new SecretKeys([])).toThrow('At least one secret key');
    expect(() => new SecretKeys([randomBytes(31)])).toThrow('exactly 32 bytes');
  });
});
