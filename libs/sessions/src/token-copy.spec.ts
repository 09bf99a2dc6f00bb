import { randomBytes, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { readLocation, writeLocation } from './token-copy.js';

describe('the copy of where a token leads', () => {
  it.each([
    [randomUUID(), v7()],
    ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['0000000a-000b-000c-000d-00000000000e', '01a1fbd7-47ab-70b8-b578-32ee5c8a4ca7'],
  ])('gives back user %s and session %s, from 32 bytes', (userId, sessionId) => {
    const bytes = writeLocation({ userId, sessionId });
    expect(bytes).toHaveLength(32);
    expect(readLocation(bytes)).toEqual({ userId, sessionId });
  });

  it.each([null, Buffer.alloc(0), randomBytes(16), randomBytes(31), randomBytes(33), Buffer.from('{}')])(
    'is not read from %p',
    (bytes) => {
      expect(readLocation(bytes)).toBeNull();
    },
  );
});
