import type { SessionGrant } from '#sessions';
import { Nodes } from '../support/nodes.js';
import type { SessionSystem } from '../support/session-system.js';
import { RACING } from './support/racing.js';
import { atEveryStop, race } from './support/stops.js';

const now = new Date();
const WRONG = 'The password is wrong.';
const CHANGED = 'Your password has just been changed; log in with the new one.';

jest.setTimeout(120_000);

describe.each([
  ['Redis on', ['on', 'on']],
  ['Redis off', ['off', 'off']],
] as const)('%s:', (_, modes) => {
  let nodes: Nodes;
  let one: SessionSystem;
  let other: SessionSystem;

  beforeAll(async () => {
    nodes = await Nodes.start(RACING, [...modes]);
    [one, other] = nodes.systems as [SessionSystem, SessionSystem];
  });

  afterAll(() => nodes.stop());

  const all = (accepted: boolean) => nodes.systems.map(() => accepted);
  const listed = async (userId: string) => (await other.sessions.list(userId, now)).map(({ id }) => id).sort();

  /** A session of a new user that every node has accepted, so that whoever keeps copies has one. */
  async function accepted(): Promise<SessionGrant> {
    const grant = await one.logIn(now);
    expect(await nodes.accept(grant)).toEqual(all(true));
    return grant;
  }

  describe('better-auth/better-auth#11073 (a): of logins at the same time the list loses some, and to end all others spares those', () => {
    it('lists every one of twelve logins at once, and ends all but the one that is kept', async () => {
      const kept = await accepted();
      const { userId, id } = kept.session;
      const grants = await Promise.all(
        Array.from({ length: 12 }, async (_each, index) => {
          const grant = await nodes.systems[index % 2]!.startSession(userId, now);
          await nodes.accept(grant);
          return grant;
        }),
      );
      expect(await listed(userId)).toEqual([kept, ...grants].map(({ session }) => session.id).sort());
      expect(await other.sessions.endAllBut(userId, id, now)).toBe(12);
      for (const grant of grants) expect(await nodes.accept(grant)).toEqual(all(false));
      expect(await nodes.accept(kept)).toEqual(all(true));
      expect(await listed(userId)).toEqual([id]);
    });
  });

  describe('better-auth/better-auth#11073 (b): once the index is lost, to end all sessions answers OK and ends none', () => {
    it('ends all, though Redis has lost all that it held of the user', async () => {
      const first = await accepted();
      const { userId } = first.session;
      const second = await other.startSession(userId, now);
      await nodes.accept(second);
      await nodes.redis.command('DEL', await nodes.hashOf(userId));
      expect(await one.sessions.endAllBut(userId, null, now)).toBe(2);
      for (const grant of [first, second]) expect(await nodes.accept(grant)).toEqual(all(false));
    });
  });

  describe('better-auth/better-auth#11073 (d): a login during the end of all sessions lives on, and is in no list', () => {
    const login = (userId: string) => () => one.startSession(userId, now);
    const endAll = (userId: string) => () => other.sessions.endAllBut(userId, null, now);

    async function expectListedOrDead(earlier: SessionGrant, grant: SessionGrant): Promise<void> {
      const ids = await listed(earlier.session.userId);
      expect(await nodes.accept(grant)).toEqual(all(ids.includes(grant.session.id)));
      expect(await nodes.accept(earlier)).toEqual(all(false));
    }

    it('is listed or dead, wherever the login is stopped meanwhile', async () => {
      const stops = await atEveryStop(async (stop) => {
        const earlier = await accepted();
        const { userId } = earlier.session;
        const [started, ended] = await race(stop, other.database, login(userId), endAll(userId));
        expect([started.status, ended.status]).toEqual(['fulfilled', 'fulfilled']);
        await expectListedOrDead(earlier, (started as PromiseFulfilledResult<SessionGrant>).value);
      });
      expect(stops).toBeGreaterThanOrEqual(10);
    });

    it('is listed or dead, wherever the end is stopped meanwhile', async () => {
      const stops = await atEveryStop(async (stop) => {
        const earlier = await accepted();
        const { userId } = earlier.session;
        const [ended, started] = await race(stop, one.database, endAll(userId), login(userId));
        expect([started.status, ended.status]).toEqual(['fulfilled', 'fulfilled']);
        await expectListedOrDead(earlier, (started as PromiseFulfilledResult<SessionGrant>).value);
      });
      expect(stops).toBeGreaterThanOrEqual(14);
    });
  });

  describe('wasp-lang/wasp#4696: a login by the old password that is under way during its change starts a session that survives it', () => {
    /** The account is read, the old password is checked, and by what was read a session is started. */
    const login = (userId: string) => async () => {
      const { credentialVersion, passwordHash } = (await one.users.find(userId))!;
      if (passwordHash !== 'none') throw new Error(WRONG);
      const client = { ip: null, userAgent: null };
      return one.sessions.start({ userId, credentialVersion, remembered: false, deviceName: null, client }, now);
    };

    const changePassword =
      ({ session }: SessionGrant) =>
      () => {
        const client = { ip: null, userAgent: null };
        const request = { userId: session.userId, credentialVersion: 1, remembered: false, deviceName: null, client };
        return other.sessions.replace(session, 'all', request, now, (tx) =>
          other.users.setPassword(tx, session.userId, 'another'),
        );
      };

    async function expectOnlySuccessor(
      earlier: SessionGrant,
      changed: PromiseSettledResult<SessionGrant>,
      started: PromiseSettledResult<SessionGrant>,
    ): Promise<void> {
      const successor = (changed as PromiseFulfilledResult<SessionGrant>).value;
      expect(await nodes.accept(successor)).toEqual(all(true));
      expect(await listed(earlier.session.userId)).toEqual([successor.session.id]);
      expect(await nodes.accept(earlier)).toEqual(all(false));
      if (started.status === 'fulfilled') expect(await nodes.accept(started.value)).toEqual(all(false));
      else expect([WRONG, CHANGED]).toContain((started.reason as Error).message);
    }

    it('starts no session that outlives the change, wherever the login is stopped meanwhile', async () => {
      const stops = await atEveryStop(async (stop) => {
        const earlier = await accepted();
        const [started, changed] = await race(
          stop,
          other.database,
          login(earlier.session.userId),
          changePassword(earlier),
        );
        await expectOnlySuccessor(earlier, changed, started);
      });
      expect(stops).toBeGreaterThanOrEqual(12);
    });

    it('starts no session that outlives the change, wherever the change is stopped meanwhile', async () => {
      const stops = await atEveryStop(async (stop) => {
        const earlier = await accepted();
        const [changed, started] = await race(
          stop,
          one.database,
          changePassword(earlier),
          login(earlier.session.userId),
        );
        await expectOnlySuccessor(earlier, changed, started);
      });
      expect(stops).toBeGreaterThanOrEqual(20);
    });
  });

  describe('better-auth/better-auth#2390: a change of the user reaches the session that makes it, and the others keep the old user', () => {
    it('shows a new role and a ban in all sessions of the user, on every node, with the next request', async () => {
      const first = await accepted();
      const { userId } = first.session;
      const grants = [first, await other.startSession(userId, now), await one.startSession(userId, now)];
      const found = () =>
        Promise.all(
          nodes.systems.flatMap(({ store }) =>
            grants.map(async ({ session }) => (await store.find(userId, session.id, now))?.user.role ?? 'refused'),
          ),
        );
      const everywhere = (answer: string) => nodes.systems.flatMap(() => grants.map(() => answer));
      expect(await found()).toEqual(everywhere('user'));
      await other.changeUser(userId, { role: 'admin' });
      expect(await found()).toEqual(everywhere('admin'));
      await one.changeUser(userId, { role: 'user' });
      expect(await found()).toEqual(everywhere('user'));
      await other.changeUser(userId, { banned: true });
      expect(await found()).toEqual(everywhere('refused'));
    });
  });
});
