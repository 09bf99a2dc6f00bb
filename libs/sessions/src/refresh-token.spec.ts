import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { isGenuine, parseRefreshToken, writeRefreshToken } from './refresh-token.js';
import { SecretKey } from './secret-keys.js';

describe('refresh tokens', () => {
  const key = new SecretKey(randomBytes(32));
  const seed = randomBytes(32);
  const sessionId = randomUUID();
  const token = writeRefreshToken(sessionId, 7, seed, key);

  it('can be written again, and read', () => {
    expect(writeRefreshToken(sessionId, 7, seed, key)).toBe(token);
    expect(parseRefreshToken(token)).toMatchObject({ sessionId, number: 7 });
    expect(token).toMatch(/^pcr_[\w-]{75}$/);
  });

  it('are genuine for the seed and a key that they were made with', () => {
    const parsed = parseRefreshToken(token)!;
    const other = new SecretKey(randomBytes(32));
    expect(isGenuine(parsed, seed, [key])).toBe(true);
    expect(isGenuine(parsed, seed, [other, key])).toBe(true);
    expect(isGenuine(parsed, seed, [other])).toBe(false);
    expect(isGenuine(parsed, randomBytes(32), [key])).toBe(false);
    expect(isGenuine({ ...parsed, number: 8 }, seed, [key])).toBe(false);
    expect(isGenuine({ ...parsed, sessionId: randomUUID() }, seed, [key])).toBe(false);
  });

  it('differ wholly from one number to the next', () => {
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    const all = Array.from({ length: 1000 }, (_, index) => writeRefreshToken(sessionId, index + 1, seed, key));
    expect(new Set(all.map(digest)).size).toBe(1000);
  });

  it('hold up to the highest number of the column', () => {
    expect(parseRefreshToken(writeRefreshToken(sessionId, 2 ** 31 - 1, seed, key))).toMatchObject({
      number: 2 ** 31 - 1,
    });
  });

  it('are not read when any character is changed', () => {
    for (let index = 0; index < token.length; index++) {
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
      expect(parseRefreshToken(changed)).toBeNull();
    }
  });

  it('have one writing only', () => {
    const last = token.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const other of alphabet.replace(last, '')) expect(parseRefreshToken(token.slice(0, -1) + other)).toBeNull();
  });

  it.each(['', 'pcr_', `${token}A`, ` ${token}`, token.slice(4), token.replace('pcr_', 'PCR_'), '\u0000'.repeat(79)])(
    'are not read from %j',
    (text) => {
      expect(parseRefreshToken(text)).toBeNull();
    },
  );
});
