import { randomBytes, randomUUID } from 'node:crypto';
import { writeRefreshToken } from './refresh-token.js';
import { SecretKey } from './secret-keys.js';
import { sessionsCopy, tokenCopy } from './session-copies.js';

describe(sessionsCopy.name, () => {
  it('is named by the user', () => {
    const userId = randomUUID();
    expect(sessionsCopy(userId)).toBe(`sessions:{${userId}}`);
  });
});

describe(tokenCopy.name, () => {
  const refreshToken = writeRefreshToken(randomUUID(), 1, randomBytes(32), new SecretKey(randomBytes(32)));

  it.each([refreshToken, 'eyJhbGciOiJFUzI1NiIs.eyJzdWIi.c2ln', 'a token ä\u0000', 'x'.repeat(10_000)])(
    'says nothing of the token %s',
    (token) => {
      const { key, shared, field } = tokenCopy(token);
      expect(key).toMatch(/^token:\{[0-9a-f]{64}\}$/);
      expect(shared).toMatch(/^tokens:\{[0-9a-f]{3}\}$/);
      expect(field).toMatch(/^[\w-]{22}$/);
      for (let start = 0; start + 6 <= Math.min(token.length, 100); start++) {
        expect(key + shared + field).not.toContain(token.slice(start, start + 6));
      }
    },
  );

  it('is the same for the same token, and another for any other', () => {
    expect(tokenCopy(refreshToken)).toEqual(tokenCopy(refreshToken));
    const others = [...refreshToken].map((_, index) => refreshToken.slice(0, index) + refreshToken.slice(index + 1));
    const names = new Set([refreshToken, ...others].map((token) => tokenCopy(token).field));
    expect(names.size).toBe(new Set([refreshToken, ...others]).size);
  });
});
