import { decode, encode } from '@msgpack/msgpack';
import type { Role } from '#users';
import { idBytes } from './id-bytes.js';
import type { LiveSession, Session, SessionUser } from './session.js';
import { packUserAgent, unpackUserAgent } from './user-agent-bytes.js';

/** Of a copy written by another version everything is unknown, so it is made anew. */
const FORMAT = 1;
/** The field of the user's hash that holds the user; the others are sessions. */
export const USER_FIELD = 'user';

type UserRecord = [format: number, role: Role, emailVerified: boolean];

/** Small numbers take few bytes: so times are counted from each other, and the first from the time within the id. */
type SessionRecord = [
  format: number,
  remembered: boolean,
  createdAfterIdMs: number,
  lastSeenAfterSeconds: number,
  expiresAfterMs: number,
  ip: string | null,
  deviceName: string | null,
  userAgent: Uint8Array | null,
];

/** The field of a session: its id, in 22 characters. */
export function sessionField(sessionId: string): string {
  return idBytes(sessionId).toString('base64url');
}

/** A user's live sessions as the fields of one hash: the copy is the records and their index in one. */
export function writeSessions(sessions: readonly LiveSession[]): Map<string, Buffer> | null {
  const user = sessions[0]?.user;
  if (!user) return null;
  const fields = sessions.map(({ session }) => [sessionField(session.id), writeSession(session)] as const);
  return new Map([[USER_FIELD, writeUser(user)], ...fields]);
}

/** Null for what is missing, malformed or of another version. */
export function readSession(
  userId: string,
  sessionId: string,
  userBytes: Buffer | null,
  sessionBytes: Buffer | null,
): LiveSession | null {
  if (!userBytes || !sessionBytes) return null;
  try {
    const [userRecord, sessionRecord] = [decode(userBytes), decode(sessionBytes)];
    if (!isUserRecord(userRecord) || !isSessionRecord(sessionRecord)) return null;
    const [, role, emailVerified] = userRecord;
    const [, remembered, created, seen, expires, ip, deviceName, agent] = sessionRecord;
    const start = timeOf(sessionId) + created;
    const session = {
      id: sessionId,
      userId,
      remembered,
      deviceName,
      userAgent: agent && unpackUserAgent(agent),
      ip,
      createdAt: new Date(start),
      lastSeenAt: new Date(start + seen * 1_000),
      expiresAt: new Date(start + expires),
    };
    return { session, user: { id: userId, role, emailVerified } };
  } catch {
    // Bytes of another program, or damaged ones: PostgreSQL knows.
    return null;
  }
}

function writeUser({ role, emailVerified }: SessionUser): Buffer {
  return bytes([FORMAT, role, emailVerified] satisfies UserRecord);
}

/** The last use is rounded down: a copy never claims that a session was used later than it was. */
function writeSession({
  id,
  remembered,
  createdAt,
  lastSeenAt,
  expiresAt,
  ip,
  deviceName,
  userAgent,
}: Session): Buffer {
  const start = createdAt.getTime();
  return bytes([
    FORMAT,
    remembered,
    start - timeOf(id),
    Math.floor((lastSeenAt.getTime() - start) / 1_000),
    expiresAt.getTime() - start,
    ip,
    deviceName,
    userAgent === null ? null : packUserAgent(userAgent),
  ] satisfies SessionRecord);
}

function isUserRecord(record: unknown): record is UserRecord {
  if (!Array.isArray(record) || record.length !== 3) return false;
  const [format, role, emailVerified] = record as unknown[];
  return format === FORMAT && typeof role === 'string' && typeof emailVerified === 'boolean';
}

function isSessionRecord(record: unknown): record is SessionRecord {
  if (!Array.isArray(record) || record.length !== 8) return false;
  const [format, remembered, created, seen, expires, ip, deviceName, agent] = record as unknown[];
  return (
    format === FORMAT &&
    typeof remembered === 'boolean' &&
    [created, seen, expires].every(Number.isSafeInteger) &&
    [ip, deviceName].every((text) => text === null || typeof text === 'string') &&
    (agent === null || agent instanceof Uint8Array)
  );
}

/** An id of version 7 begins with the milliseconds since 1970 at which it was made (RFC 9562 section 5.7). */
function timeOf(id: string): number {
  return idBytes(id).readUIntBE(0, 6);
}

function bytes(record: unknown[]): Buffer {
  return Buffer.from(encode(record));
}
