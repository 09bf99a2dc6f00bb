import type { LastSeen } from './last-seen.js';
import { plusSeconds } from './session.js';
import type { SessionLimits } from './session-limits.js';
import type { SessionStore } from './session-store.js';
import type { SessionGrant, SessionsService } from './sessions.service.js';

/** A store with what changes the sessions that it answers for. */
export interface StoreUnderTest {
  store: SessionStore;
  sessions: SessionsService;
  lastSeen: LastSeen;
  limits: SessionLimits;
  /** A new user with a session that starts now. */
  logIn(at: Date, more?: { remembered?: boolean; deviceName?: string }): Promise<SessionGrant>;
  /** Changes the user's row by the path of every write, as administration will. */
  changeUser(userId: string, change: { role?: 'user' | 'admin'; banned?: boolean }): Promise<void>;
}

/** The promises of {@link SessionStore}: every implementation passes them, on real servers. */
export function describeSessionStore(name: string, setUp: () => StoreUnderTest): void {
  describe(`${name} as a session store`, () => {
    const start = new Date();
    const after = (seconds: number) => plusSeconds(start, seconds);
    const find = ({ session }: SessionGrant, at: Date) => setUp().store.find(session.userId, session.id, at);

    it('finds a session with its device, and its user with their role', async () => {
      const grant = await setUp().logIn(start, { deviceName: 'Laptop' });
      const { session, account } = grant;
      const live = { session, user: { id: account.id, role: 'user', emailVerified: false } };
      expect(await find(grant, start)).toEqual(live);
      expect(await find(grant, start)).toEqual(live);
    });

    it('never answers with a token, a seed or a hash', async () => {
      const grant = await setUp().logIn(start);
      const found = await find(grant, start);
      expect(Object.keys(found!.user).sort()).toEqual(['emailVerified', 'id', 'role']);
      expect(Object.keys(found!.session).sort()).toEqual(Object.keys(grant.session).sort());
    });

    it('finds no session that never was, nor one of another user', async () => {
      const [grant, other] = [await setUp().logIn(start), await setUp().logIn(start)];
      const unknown = '0199a1c0-0000-7000-8000-000000000000';
      expect(await setUp().store.find(grant.session.userId, unknown, start)).toBeNull();
      expect(await setUp().store.find(unknown, grant.session.id, start)).toBeNull();
      expect(await setUp().store.find(other.session.userId, grant.session.id, start)).toBeNull();
    });

    it('finds no session that has been ended, from the moment that the ending resolves', async () => {
      const { sessions } = setUp();
      const grant = await setUp().logIn(start);
      expect(await find(grant, start)).not.toBeNull();
      expect(await sessions.end(grant.session.userId, grant.session.id, 'ended', start)).toBe(true);
      expect(await find(grant, start)).toBeNull();
      expect(await sessions.end(grant.session.userId, grant.session.id, 'ended', start)).toBe(false);
      expect(await find(grant, start)).toBeNull();
    });

    it('finds nothing but the session that was spared when the others have been ended', async () => {
      const { sessions } = setUp();
      const grant = await setUp().logIn(start);
      const { userId } = grant.session;
      const client = { ip: null, userAgent: null };
      const more = await Promise.all(
        [1, 2, 3].map(() =>
          sessions.start({ userId, credentialVersion: 1, remembered: false, deviceName: null, client }, start),
        ),
      );
      for (const each of more) expect(await find(each, start)).not.toBeNull();
      expect(await sessions.endAllBut(userId, grant.session.id, start)).toBe(3);
      for (const each of more) expect(await find(each, start)).toBeNull();
      expect(await find(grant, start)).not.toBeNull();
      expect(await sessions.endAllBut(userId, null, start)).toBe(1);
      expect(await find(grant, start)).toBeNull();
    });

    it('shows the new name of a device', async () => {
      const { sessions } = setUp();
      const grant = await setUp().logIn(start);
      await find(grant, start);
      await sessions.rename(grant.session.userId, grant.session.id, 'Tablet', start);
      expect((await find(grant, start))!.session.deviceName).toBe('Tablet');
    });

    it('shows a change of role, and finds no session of who is banned, in all sessions at once', async () => {
      const grant = await setUp().logIn(start);
      await find(grant, start);
      await setUp().changeUser(grant.session.userId, { role: 'admin' });
      expect((await find(grant, start))!.user.role).toBe('admin');
      await setUp().changeUser(grant.session.userId, { banned: true });
      expect(await find(grant, start)).toBeNull();
    });

    it('finds a session until a minute past its idle limit, and then never again', async () => {
      const { limits } = setUp();
      const grant = await setUp().logIn(start);
      expect(await find(grant, after(limits.idleSeconds + 59))).not.toBeNull();
      expect(await find(grant, after(limits.idleSeconds + 60))).toBeNull();
      expect(await find(grant, start)).toBeNull();
    });

    it('finds a session that is in use until its absolute limit', async () => {
      const { limits, lastSeen } = setUp();
      const grant = await setUp().logIn(start);
      lastSeen.record(grant.session.id, after(limits.absoluteSeconds - 1));
      expect(await find(grant, after(limits.absoluteSeconds - 1))).not.toBeNull();
      expect(await find(grant, after(limits.absoluteSeconds))).toBeNull();
    });

    it('counts a use that is yet to be written', async () => {
      const { limits, lastSeen } = setUp();
      const grant = await setUp().logIn(start);
      lastSeen.record(grant.session.id, after(limits.idleSeconds));
      expect((await find(grant, after(limits.idleSeconds + 120)))!.session.lastSeenAt).toEqual(
        after(limits.idleSeconds),
      );
      await lastSeen.flush();
      expect(await find(grant, after(2 * limits.idleSeconds + 59))).not.toBeNull();
      expect(await find(grant, after(2 * limits.idleSeconds + 60))).toBeNull();
    });

    it('measures a remembered session by its own limits', async () => {
      const { limits } = setUp();
      const grant = await setUp().logIn(start, { remembered: true });
      expect(await find(grant, after(limits.rememberedIdleSeconds + 59))).not.toBeNull();
      expect(await find(grant, after(limits.rememberedIdleSeconds + 60))).toBeNull();
    });

    it('is never late: no look-up that starts after an ending has resolved finds the session', async () => {
      const { sessions } = setUp();
      for (let round = 0; round < 20; round++) {
        const grant = await setUp().logIn(start);
        const during = Array.from({ length: 8 }, () => find(grant, start));
        await sessions.end(grant.session.userId, grant.session.id, 'ended', start);
        const afterwards = await Promise.all(Array.from({ length: 8 }, () => find(grant, start)));
        expect(afterwards).toEqual(Array(8).fill(null));
        await Promise.all(during);
        expect(await find(grant, start)).toBeNull();
      }
    });
  });
}
