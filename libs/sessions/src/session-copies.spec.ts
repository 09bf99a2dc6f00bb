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
      const name = tokenCopy(token);
      expect(name).toMatch(/^token:\{[\w-]{43}\}$/);
      for (let start = 0; start + 6 <= Math.min(token.length, 100); start++) {
        expect(name).not.toContain(token.slice(start, start + 6));
      }
    },
  );

  it('is the same for the same token, and another for any other', () => {
    expect(tokenCopy(refreshToken)).toBe(tokenCopy(refreshToken));
    const others = [...refreshToken].map((_, index) => refreshToken.slice(0, index) + refreshToken.slice(index + 1));
    const names = new Set([refreshToken, ...others].map(tokenCopy));
    expect(names.size).toBe(new Set([refreshToken, ...others]).size);
  });
});
