import { randomBytes, randomUUID } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import { v7 } from 'uuid';
import type { LiveSession, Session, SessionUser } from './session.js';
import { readSession, sessionField, USER_FIELD, writeSessions } from './session-copy.js';

const DAY_MS = 86_400_000;
const start = Date.UTC(2026, 10, 21, 2, 2, 32, 232);
const user: SessionUser = { id: randomUUID(), role: 'user', emailVerified: false };

function newSession(more: Partial<Session> = {}): Session {
  return {
    id: v7({ msecs: start - 3 }),
    userId: user.id,
    remembered: false,
    deviceName: 'Laptop',
    userAgent: 'curl/8.14.1',
    ip: '203.0.113.7',
    createdAt: new Date(start),
    lastSeenAt: new Date(start + 12_000),
    expiresAt: new Date(start + 7 * DAY_MS),
    ...more,
  };
}

/** The two fields that a look-up reads. */
function written(live: LiveSession): [user: Buffer, session: Buffer] {
  const fields = writeSessions([live])!;
  return [fields.get(USER_FIELD)!, fields.get(sessionField(live.session.id))!];
}

describe('the copy of a session', () => {
  it.each<[string, Partial<Session>, Partial<SessionUser>]>([
    ['as it is mostly', {}, {}],
    ['of a remembered device', { remembered: true, expiresAt: new Date(start + 400 * DAY_MS) }, {}],
    ['of which nothing is known', { deviceName: null, userAgent: null, ip: null }, {}],
    ['with empty names', { deviceName: '', userAgent: '' }, {}],
    ['with names in any script', { deviceName: 'Büro 🏰 دفتر', userAgent: 'ÄÖÜ/1.0' }, {}],
    ['with long names', { deviceName: 'ä'.repeat(64), userAgent: randomBytes(128).toString('hex') }, {}],
    ['from IPv6', { ip: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff' }, {}],
    ['with an id that tells no time', { id: randomUUID() }, {}],
    ['with an id that tells the latest time', { id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }, {}],
    ['never used since', { lastSeenAt: new Date(start) }, {}],
    ['last seen, by another clock, before it began', { lastSeenAt: new Date(start - 2_000) }, {}],
    ['of ten years', { lastSeenAt: new Date(start + 3_649 * DAY_MS), expiresAt: new Date(start + 3_650 * DAY_MS) }, {}],
    ['of an admin whose e-mail is verified', {}, { role: 'admin', emailVerified: true }],
  ])('gives back every field of one %s', (_, session, itsUser) => {
    const live = { session: newSession(session), user: { ...user, ...itsUser } };
    expect(readSession(user.id, live.session.id, ...written(live))).toEqual(live);
  });

  it.each([
    [0, 0],
    [999, 0],
    [1_000, 1_000],
    [59_999, 59_000],
    [-1, -1_000],
  ])('never claims a later use: %i ms after the beginning is %i ms', (usedMs, keptMs) => {
    const live = { session: newSession({ lastSeenAt: new Date(start + usedMs) }), user };
    const { session } = readSession(user.id, live.session.id, ...written(live))!;
    expect(session.lastSeenAt).toEqual(new Date(start + keptMs));
  });

  it('lies in one hash with the user and all their other sessions', () => {
    const sessions = [newSession(), newSession({ deviceName: 'Phone' }), newSession({ remembered: true })];
    const fields = writeSessions(sessions.map((session) => ({ session, user })))!;
    expect([...fields.keys()]).toEqual([USER_FIELD, ...sessions.map(({ id }) => sessionField(id))]);
    const read = sessions.map(({ id }) =>
      readSession(user.id, id, fields.get(USER_FIELD)!, fields.get(sessionField(id))!),
    );
    expect(read).toEqual(sessions.map((session) => ({ session, user })));
  });

  it('is not made of no sessions', () => {
    expect(writeSessions([])).toBeNull();
  });

  it('is small', () => {
    const userAgent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1';
    const [userBytes, sessionBytes] = written({ session: newSession({ userAgent }), user });
    expect(userBytes.length).toBeLessThan(12);
    expect(sessionBytes.length).toBeLessThan(90);
  });

  it('holds nothing else that a row may hold', () => {
    const secrets = { seed: randomBytes(32), keyId: 'the key', tokenNumber: 77, token: 'pcr_token' };
    const private_ = { passwordHash: '$argon2id$hash', email: 'ana@example.com', credentialVersion: 3 };
    const session = newSession();
    const plain = written({ session, user });
    const whole = { session: { ...session, ...secrets }, user: { ...user, ...private_ } };
    expect(written(whole)).toEqual(plain);
  });
});

describe(readSession.name, () => {
  const session = newSession({ id: '01a1fbd7-4817-76d1-ab93-d2cba15e2084' });
  const [userBytes, sessionBytes] = written({ session, user });
  const [userRecord, sessionRecord] = [decode(userBytes), decode(sessionBytes)] as [unknown[], unknown[]];
  const read = (userPart: Buffer | null, sessionPart: Buffer | null) =>
    readSession(user.id, session.id, userPart, sessionPart);
  const bytes = (record: unknown) => Buffer.from(encode(record));
  const changed = (record: unknown[], index: number, value: unknown) => bytes(record.with(index, value));

  it('knows nothing without either part', () => {
    expect(read(null, sessionBytes)).toBeNull();
    expect(read(userBytes, null)).toBeNull();
    expect(read(null, null)).toBeNull();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('{}')],
    ['JSON', Buffer.from('[1,"user",true]')],
    ['a number', bytes(1)],
    ['null', bytes(null)],
    ['a word', bytes('user')],
    ['a map', bytes({ format: 1 })],
    ['an empty list', bytes([])],
    ['the format alone', bytes([1])],
    ['a byte more', Buffer.concat([userBytes, Buffer.alloc(1)])],
    ['a byte less', userBytes.subarray(0, -1)],
    ['another format', changed(userRecord, 0, 2)],
    ['the other record', sessionBytes],
    ['without a role', changed(userRecord, 1, null)],
    ['a flag that is none', changed(userRecord, 2, 'yes')],
    ['more than there is', bytes([...userRecord, true])],
  ])('knows nothing of a user that is %s', (_, damaged) => {
    expect(read(damaged, sessionBytes)).toBeNull();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('{}')],
    ['a number', bytes(1)],
    ['an empty list', bytes([])],
    ['the format alone', bytes([1])],
    ['a byte more', Buffer.concat([sessionBytes, Buffer.alloc(1)])],
    ['a byte less', sessionBytes.subarray(0, -1)],
    ['half of it', sessionBytes.subarray(0, 20)],
    ['another format', changed(sessionRecord, 0, 2)],
    ['the other record', userBytes],
    ['a flag that is none', changed(sessionRecord, 1, null)],
    ['a beginning that is none', changed(sessionRecord, 2, null)],
    ['a last use that is none', changed(sessionRecord, 3, 'now')],
    ['an end that is none', changed(sessionRecord, 4, null)],
    ['an end at no time', changed(sessionRecord, 4, Number.NaN)],
    ['a beginning in another unit', changed(sessionRecord, 2, 0.5)],
    ['an address that is none', changed(sessionRecord, 5, 7)],
    ['a device that is none', changed(sessionRecord, 6, ['Laptop'])],
    ['a user agent in clear', changed(sessionRecord, 7, 'curl/8.14.1')],
    ['a user agent of other bytes', changed(sessionRecord, 7, Buffer.from([0xff, 0xff]))],
    ['a field too few', bytes(sessionRecord.slice(0, -1))],
    ['a field too many', bytes([...sessionRecord, null])],
  ])('knows nothing when the session is %s', (_, damaged) => {
    expect(read(userBytes, damaged)).toBeNull();
  });

  it('never throws, whichever byte is damaged, and takes nothing for a session that has no dates', () => {
    for (let damage = 0; damage < 256 * sessionBytes.length; damage++) {
      const damaged = Buffer.from(sessionBytes);
      damaged[damage >> 8] = damage & 0xff;
      const live = read(userBytes, damaged);
      if (live === null) continue;
      const { createdAt, lastSeenAt, expiresAt } = live.session;
      for (const date of [createdAt, lastSeenAt, expiresAt]) expect(date.getTime()).not.toBeNaN();
    }
  });
});

describe(sessionField.name, () => {
  it('is short, and another for every session and than that of the user', () => {
    const ids = Array.from({ length: 1_000 }, () => v7());
    const fields = new Set([...ids.map(sessionField), USER_FIELD]);
    expect(fields.size).toBe(1_001);
    for (const id of ids) expect(sessionField(id)).toMatch(/^[\w-]{22}$/);
  });
});
