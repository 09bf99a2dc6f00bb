import { setImmediate as othersTurn } from 'node:timers/promises';
import { RefreshRotation, type SessionGrant } from '#sessions';
import { Nodes } from '../support/nodes.js';
import type { SessionSystem } from '../support/session-system.js';
import { RACING } from './support/racing.js';
import { atEveryStop, race } from './support/stops.js';

const now = new Date();
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const refused = { code: 'auth.invalid_refresh_token' };
/** The client that logs in, and the same person on another network: its refresh changes what copies hold. */
const [atHome, onTheRoad] = [
  { ip: '203.0.113.7', userAgent: 'test' },
  { ip: '198.51.100.9', userAgent: 'test' },
];

jest.setTimeout(60_000);

describe.each([
  ['Redis on', ['on', 'on']],
  ['Redis off', ['off', 'off']],
  ['Redis on in some nodes', ['on', 'off', 'on']],
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
  const refresh = (system: SessionSystem, refreshToken: string, at = now, client = atHome) =>
    system.module.get(RefreshRotation).refresh(refreshToken, client, at);
  const rowOf = ({ session }: SessionGrant) =>
    one.database.row<{ tokenNumber: number; endReason: string | null }>(
      'select token_number, end_reason from sessions where id = $1',
      [session.id],
    );

  async function accepted(): Promise<SessionGrant> {
    const grant = await one.logIn(now);
    expect(await nodes.accept(grant)).toEqual(all(true));
    return grant;
  }

  /** No node accepts the session any more, nor any token that ever was given out for it. */
  async function expectDead(...grants: SessionGrant[]): Promise<void> {
    for (const grant of grants) {
      expect(await nodes.accept(grant)).toEqual(all(false));
      for (const system of nodes.systems)
        await expect(refresh(system, grant.refreshToken)).rejects.toMatchObject(refused);
    }
  }

  describe('better-auth/better-auth#11073 (c): a refresh that is under way writes a session back that has been revoked meanwhile', () => {
    it.each([
      ['from where the session began', atHome, 8],
      ['from another address', onTheRoad, 18],
    ])(
      'leaves neither the old nor the new pair alive, wherever a refresh %s is stopped',
      async (_from, client, few) => {
        const stops = await atEveryStop(async (stop) => {
          const grant = await accepted();
          const { userId, id } = grant.session;
          const [refreshed, ended] = await race(
            stop,
            other.database,
            () => refresh(one, grant.refreshToken, now, client),
            async () => {
              expect(await other.sessions.end(userId, id, 'ended', now)).toBe(true);
              return rowOf(grant);
            },
          );
          if (refreshed.status === 'rejected') expect(refreshed.reason).toMatchObject(refused);
          expect(ended).toEqual({ status: 'fulfilled', value: await rowOf(grant) }); // nothing was rotated afterwards
          await expectDead(grant, ...(refreshed.status === 'fulfilled' ? [refreshed.value] : []));
        });
        expect(stops).toBeGreaterThanOrEqual(few);
      },
    );

    it('leaves neither pair alive, wherever the end of the session is stopped during the refresh', async () => {
      const stops = await atEveryStop(async (stop) => {
        const grant = await accepted();
        const { userId, id } = grant.session;
        const [ended, refreshed] = await race(
          stop,
          one.database,
          () => other.sessions.end(userId, id, 'ended', now),
          () => refresh(one, grant.refreshToken, now, onTheRoad),
        );
        expect(ended).toEqual({ status: 'fulfilled', value: true });
        await expectDead(grant, ...(refreshed.status === 'fulfilled' ? [refreshed.value] : []));
      });
      expect(stops).toBeGreaterThanOrEqual(12);
    });
  });

  describe('keycloak/keycloak#51127: a look-up during the logout takes the session from the database back into the cache, and its refresh token works', () => {
    it('lets none of eight loops see the session after the logout is acknowledged, and refuses to refresh it', async () => {
      for (let round = 0; round < 5; round++) {
        const grant = await accepted();
        const { userId, id } = grant.session;
        let acknowledgedAt = Infinity;
        const seen = { alive: 0, tooLate: 0 };
        const loop = async ({ store }: SessionSystem) => {
          let startedAt: number;
          do {
            startedAt = performance.now();
            const isAlive = (await store.find(userId, id, now)) !== null;
            if (isAlive) seen.alive++;
            if (isAlive && startedAt > acknowledgedAt) seen.tooLate++;
            await othersTurn(); // who is known to have ended is refused without any
          } while (startedAt <= acknowledgedAt);
        };
        const loops = Array.from({ length: 8 }, (_each, index) => loop(nodes.systems[index % nodes.systems.length]!));
        await other.sessions.end(userId, id, 'logout', now).finally(() => (acknowledgedAt = performance.now()));
        await Promise.all(loops);
        expect(seen.alive).toBeGreaterThan(0);
        expect(seen.tooLate).toBe(0);
        await expectDead(grant);
      }
    });
  });

  describe('keycloak/keycloak#16081: two tabs refresh with the same token, which is taken for theft, and everybody is logged out', () => {
    it('gives sixteen refreshes at once the same pair, from one rotation, and logs nobody out', async () => {
      for (let round = 0; round < 3; round++) {
        const grant = await accepted();
        const tabs = Array.from({ length: 16 }, (_each, index) =>
          refresh(nodes.systems[index % nodes.systems.length]!, grant.refreshToken),
        );
        const tokens = new Set((await Promise.all(tabs)).map(({ refreshToken }) => refreshToken));
        expect(tokens.size).toBe(1);
        expect(await rowOf(grant)).toEqual({ tokenNumber: 2, endReason: null });
        expect(await nodes.accept(grant)).toEqual(all(true));
        expect((await refresh(other, [...tokens][0]!)).refreshToken).not.toBe([...tokens][0]);
      }
    });

    it('gives both of two tabs the same pair, wherever the refresh of one is stopped', async () => {
      const stops = await atEveryStop(async (stop) => {
        const grant = await accepted();
        const [mine, theirs] = await race(
          stop,
          other.database,
          () => refresh(one, grant.refreshToken),
          () => refresh(other, grant.refreshToken),
        );
        const token = (tab: PromiseSettledResult<SessionGrant>) =>
          (tab as PromiseFulfilledResult<SessionGrant>).value.refreshToken;
        expect(token(mine)).toBe(token(theirs));
        expect(await rowOf(grant)).toEqual({ tokenNumber: 2, endReason: null });
      });
      expect(stops).toBeGreaterThanOrEqual(8);
    });
  });

  describe('better-auth/better-auth#8512: a refresh that is sent again, because its answer was lost, is taken for theft', () => {
    it('answers the repeat with the same pair on any node, within the grace', async () => {
      const grant = await accepted();
      await refresh(one, grant.refreshToken); // the answer is lost
      const again = await refresh(other, grant.refreshToken, after(other.limits.refreshGraceSeconds - 1));
      expect(await refresh(one, grant.refreshToken, after(1))).toMatchObject({ refreshToken: again.refreshToken });
      expect(await rowOf(grant)).toEqual({ tokenNumber: 2, endReason: null });
      expect(await nodes.accept(grant)).toEqual(all(true));
      await expect(refresh(one, again.refreshToken)).resolves.toMatchObject({ session: { id: grant.session.id } });
    });

    it('takes it for theft after the grace, and ends the session with every token of it', async () => {
      const grant = await accepted();
      const next = await refresh(one, grant.refreshToken);
      const late = after(other.limits.refreshGraceSeconds + 1);
      await expect(refresh(other, grant.refreshToken, late)).rejects.toMatchObject(refused);
      expect(await rowOf(grant)).toMatchObject({ endReason: 'token_reuse' });
      await expectDead(grant, next);
    });
  });
});
