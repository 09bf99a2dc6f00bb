import { idBytes, idFrom } from './id-bytes.js';
import type { SessionLocation } from './session-store.js';

const ID_BYTES = 16;

/** Two ids in 32 bytes. */
export function writeLocation({ userId, sessionId }: SessionLocation): Buffer {
  return Buffer.concat([idBytes(userId), idBytes(sessionId)]);
}

/** Null for what is missing or malformed. */
export function readLocation(bytes: Buffer | null): SessionLocation | null {
  if (bytes?.length !== 2 * ID_BYTES) return null;
  return { userId: idFrom(bytes.subarray(0, ID_BYTES)), sessionId: idFrom(bytes.subarray(ID_BYTES)) };
}
