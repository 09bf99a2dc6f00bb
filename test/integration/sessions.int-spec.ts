import { randomBytes } from 'node:crypto';
import { ExpiredSessionSweeper, RefreshRotation, type SessionGrant } from '#sessions';
import { createTestDatabase } from '#testing';
import { SessionSystem } from '../support/session-system.js';

const start = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const client = { ip: null, userAgent: null };

describe('the cap', () => {
  it('ends the oldest sessions, and counts only those that live', async () => {
    const system = await SessionSystem.start({ maxPerUser: 3 });
    const user = await system.newUser();
    const grants: SessionGrant[] = [];
    for (let count = 0; count < 4; count++) grants.push(await system.startSession(user.id, after(count)));
    const ids = async (at: Date) => (await system.sessions.list(user.id, at)).map(({ id }) => id);
    expect(await ids(after(4))).toEqual([3, 2, 1].map((index) => grants[index]!.session.id));

    const late = system.limits.idleSeconds + 600;
    await system.startSession(user.id, after(late));
    const again = await system.startSession(user.id, after(late));
    expect(await ids(after(late))).toHaveLength(2);
    expect(await ids(after(late))).toContain(again.session.id);
    await system.close();
  });

  it('makes room at once when it has been lowered', async () => {
    const url = await createTestDatabase();
    const generous = await SessionSystem.start({ maxPerUser: 10 }, { url });
    const user = await generous.newUser();
    for (let count = 0; count < 8; count++) await generous.startSession(user.id, after(count));
    const strict = await SessionSystem.start({ maxPerUser: 2 }, { url });
    await strict.startSession(user.id, after(9));
    expect(await strict.sessions.list(user.id, after(9))).toHaveLength(2);
    await Promise.all([generous.close(), strict.close()]);
  });
});

describe('a session', () => {
  let system: SessionSystem;

  beforeAll(async () => {
    system = await SessionSystem.start();
  });

  afterAll(() => system.close());

  it('does not start for a credential that has changed since it was checked, nor for who is banned', async () => {
    const user = await system.newUser();
    await system.database.inTransaction((tx) => system.users.setPassword(tx, user.id, 'another'));
    await expect(system.startSession(user.id, start)).rejects.toMatchObject({ code: 'auth.credential_changed' });
    const banned = await system.newUser();
    await system.changeUser(banned.id, { banned: true });
    await expect(system.startSession(banned.id, start)).rejects.toMatchObject({ code: 'auth.banned' });
    expect(await system.sessions.list(user.id, start)).toEqual([]);
  });

  it('waits for a change of the credential that is under way, and then does not start', async () => {
    const user = await system.newUser();
    let login: Promise<unknown> = Promise.resolve();
    await system.database.inTransaction(async (tx) => {
      await system.users.lock(tx, user.id);
      login = system.startSession(user.id, start).catch((error: unknown) => error);
      while (!(await system.database.row('select 1 from pg_locks where not granted'))); // until the login waits
      await system.users.setPassword(tx, user.id, 'another');
    });
    expect(await login).toMatchObject({ code: 'auth.credential_changed' });
  });

  it('is replaced with the change that goes with it, or not at all', async () => {
    const { session } = await system.logIn(start);
    const request = { userId: session.userId, credentialVersion: 1, remembered: false, deviceName: null, client };
    const replaced = system.sessions.replace(session, 'all', request, start, () => Promise.reject(new Error('no')));
    await expect(replaced).rejects.toThrow('no');
    expect(await system.store.find(session.userId, session.id, start)).not.toBeNull();
    expect(await system.sessions.list(session.userId, start)).toHaveLength(1);
  });

  it('goes with its user', async () => {
    const { session } = await system.logIn(start);
    await system.database.execute('delete from users where id = $1', [session.userId]);
    expect(await system.database.rows('select 1 from sessions where id = $1', [session.id])).toEqual([]);
  });
});

describe('refresh rotation', () => {
  let system: SessionSystem;
  let rotation: RefreshRotation;

  beforeAll(async () => {
    system = await SessionSystem.start();
    rotation = system.module.get(RefreshRotation);
  });

  afterAll(() => system.close());

  const refresh = async (refreshToken: string, at: Date) =>
    (await rotation.refresh(refreshToken, client, at)).refreshToken;
  const refused = { code: 'auth.invalid_refresh_token' };

  it('honours a replaced token for less than the grace after its own successor was made', async () => {
    const { refreshToken: first } = await system.logIn(start);
    const second = await refresh(first, after(10));
    const third = await refresh(second, after(25));
    expect(await refresh(first, after(29))).toBe(third);
    expect(await refresh(second, after(44))).toBe(third);
    await expect(refresh(first, after(30))).rejects.toMatchObject(refused);
    await expect(refresh(third, after(30))).rejects.toMatchObject(refused);
  });

  it('takes the oldest of very many rotations within the grace for stolen, rather than guess', async () => {
    const { refreshToken: first } = await system.logIn(start);
    let current = first;
    for (let count = 0; count < 40; count++) current = await refresh(current, after(1));
    await expect(refresh(first, after(2))).rejects.toMatchObject(refused);
    await expect(refresh(current, after(2))).rejects.toMatchObject(refused);
  });

  it('keeps a session in use, within its absolute limit', async () => {
    let { refreshToken } = await system.logIn(start);
    const { idleSeconds, absoluteSeconds } = system.limits;
    for (let at = idleSeconds; at < absoluteSeconds; at += idleSeconds)
      refreshToken = await refresh(refreshToken, after(at));
    await expect(refresh(refreshToken, after(absoluteSeconds))).rejects.toMatchObject(refused);
  });

  it('refuses a session that has been idle for too long, and ends it', async () => {
    const { refreshToken, session } = await system.logIn(start);
    await expect(refresh(refreshToken, after(system.limits.idleSeconds + 60))).rejects.toMatchObject(refused);
    const rows = await system.database.rows('select end_reason from sessions where id = $1', [session.id]);
    expect(rows).toEqual([{ endReason: 'idle' }]);
  });

  it('outlives a change of the secret key, while the old one is still listed', async () => {
    const url = await createTestDatabase();
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const before = await SessionSystem.start({}, { url, secretKeys: [old] });
    const { refreshToken: first } = await before.logIn(start);
    const { refreshToken: unused } = await before.logIn(start);

    const during = await SessionSystem.start({}, { url, secretKeys: [fresh, old] });
    const second = (await during.module.get(RefreshRotation).refresh(first, client, after(5))).refreshToken;
    expect((await during.module.get(RefreshRotation).refresh(first, client, after(6))).refreshToken).toBe(second);

    const later = await SessionSystem.start({}, { url, secretKeys: [fresh] });
    const rotationLater = later.module.get(RefreshRotation);
    expect((await rotationLater.refresh(second, client, after(7))).refreshToken).toMatch(/^pcr_/);
    await expect(rotationLater.refresh(unused, client, after(7))).rejects.toMatchObject(refused);
    await Promise.all([before, during, later].map((each) => each.close()));
  });

  it('knows whose session a token belongs to when that has ended, so that ending it again waits until the end is final', async () => {
    const { refreshToken, session } = await system.logIn(new Date());
    await system.sessions.end(session.userId, session.id, 'ended', new Date());
    expect(await rotation.locate(refreshToken)).toEqual({ userId: session.userId, sessionId: session.id });
  });
});

describe('last uses', () => {
  let system: SessionSystem;

  beforeAll(async () => {
    system = await SessionSystem.start();
  });

  afterAll(() => system.close());

  const stored = async ({ session }: SessionGrant) =>
    (await system.database.row<{ lastSeenAt: Date }>('select last_seen_at from sessions where id = $1', [session.id]))!
      .lastSeenAt;

  it('move forward only', async () => {
    const [one, other] = [await system.logIn(start), await system.logIn(start)];
    system.lastSeen.record(one.session.id, after(50));
    system.lastSeen.record(other.session.id, after(-50));
    await system.lastSeen.flush();
    expect(await stored(one)).toEqual(after(50));
    expect(await stored(other)).toEqual(start);
    expect(system.lastSeen.isPending(one.session.id)).toBe(false);
  });

  it('order the list, the most recent first, also before they are written', async () => {
    const { session: first } = await system.logIn(start);
    const { session: second } = await system.startSession(first.userId, after(10));
    const listed = async () =>
      (await system.sessions.list(first.userId, after(50))).map(({ id, lastSeenAt }) => [id, lastSeenAt]);
    expect(await listed()).toEqual([
      [second.id, after(10)],
      [first.id, start],
    ]);
    system.lastSeen.record(first.id, after(50));
    expect(await listed()).toEqual([
      [first.id, after(50)],
      [second.id, after(10)],
    ]);
  });

  it('do not wait for a row that is locked, and write it the next time', async () => {
    const [locked, free] = [await system.logIn(start), await system.logIn(start)];
    for (const { session } of [locked, free]) system.lastSeen.record(session.id, after(50));
    await system.database.inTransaction(async (tx) => {
      await tx.rows('select 1 from sessions where id = $1 for update', [locked.session.id]);
      await system.lastSeen.flush();
    });
    expect(await stored(free)).toEqual(after(50));
    expect(await stored(locked)).toEqual(start);
    expect(system.lastSeen.isPending(locked.session.id)).toBe(true);
    await system.lastSeen.flush();
    expect(await stored(locked)).toEqual(after(50));
  });

  it('of an ended session are forgotten, and bring it back in no way', async () => {
    const { session } = await system.logIn(start);
    await system.sessions.end(session.userId, session.id, 'ended', start);
    system.lastSeen.record(session.id, after(50));
    await system.lastSeen.flush();
    expect(system.lastSeen.isPending(session.id)).toBe(false);
    expect(await system.store.find(session.userId, session.id, after(50))).toBeNull();
  });

  it('of many sessions, written by several processes at once, never deadlock', async () => {
    const grants = await Promise.all(Array.from({ length: 50 }, () => system.logIn(start)));
    const other = await SessionSystem.start({}, { url: system.url });
    for (let round = 1; round <= 5; round++) {
      for (const { session } of grants) {
        system.lastSeen.record(session.id, after(round));
        other.lastSeen.record(session.id, after(round));
      }
      await Promise.all([system.lastSeen.flush(), other.lastSeen.flush()]);
    }
    await Promise.all([system.lastSeen.flush(), other.lastSeen.flush()]);
    expect(await Promise.all(grants.map(stored))).toEqual(grants.map(() => after(5)));
    await other.close();
  });

  it('are written when the process ends', async () => {
    const url = await createTestDatabase();
    const ending = await SessionSystem.start({}, { url });
    const { session } = await ending.logIn(start);
    ending.lastSeen.record(session.id, after(50));
    await ending.close();
    const next = await SessionSystem.start({}, { url });
    expect((await next.sessions.list(session.userId, after(50)))[0]!.lastSeenAt).toEqual(after(50));
    await next.close();
  });
});

describe(ExpiredSessionSweeper.name, () => {
  it('removes what is over, batch by batch, and nothing that may still be in use', async () => {
    const system = await SessionSystem.start();
    const { idleSeconds, absoluteSeconds, rememberedIdleSeconds } = system.limits;
    const user = await system.newUser();
    await system.database.execute(
      `insert into sessions (id, user_id, seed, key_id, token_number, rotated_at, remembered, created_at, last_seen_at, expires_at)
       select gen_random_uuid(), $1, '\\x00', 'key', 1, '{}', false, $2, $2, $3 from generate_series(1, 2500)`,
      [user.id, start, after(absoluteSeconds)],
    );
    await system.startSession(user.id, start, { remembered: true });

    const sweeper = system.module.get(ExpiredSessionSweeper);
    expect(await sweeper.sweep(after(idleSeconds + 179))).toBe(0);
    expect(await sweeper.sweep(after(idleSeconds + 180))).toBe(2500);
    expect(await sweeper.sweep(after(rememberedIdleSeconds + 179))).toBe(0);
    expect(await sweeper.sweep(after(rememberedIdleSeconds + 180))).toBe(1);
    expect(await system.database.rows('select id from sessions')).toEqual([]);
    await system.close();
  });

  it('keeps an ended session for a day', async () => {
    const day = 86_400;
    const system = await SessionSystem.start({ idleSeconds: 3 * day, absoluteSeconds: 3 * day });
    const { session } = await system.logIn(start);
    await system.sessions.end(session.userId, session.id, 'ended', start);
    const sweeper = system.module.get(ExpiredSessionSweeper);
    expect(await sweeper.sweep(after(day - 1))).toBe(0);
    expect(await sweeper.sweep(after(day))).toBe(1);
    await system.close();
  });
});
