import { RefreshRotation, type SessionGrant } from '#sessions';
import { Nodes } from '../support/nodes.js';
import type { SessionSystem } from '../support/session-system.js';
import { RACING } from './support/racing.js';
import { atEveryStop, race } from './support/stops.js';

const now = new Date();
const later = new Date(now.getTime() + 1_000);

jest.setTimeout(60_000);

/** What a request does with its session, and so might save it back. */
const REQUESTS: Record<string, (system: SessionSystem, grant: SessionGrant) => Promise<unknown>> = {
  'looks it up': ({ store }, { session }) => store.find(session.userId, session.id, now),
  'uses it, and writes its last use': async ({ store, lastSeen }, { session }) => {
    await store.find(session.userId, session.id, now);
    lastSeen.record(session.id, later);
    await lastSeen.flush();
  },
  'names its device': ({ sessions }, { session }) => sessions.rename(session.userId, session.id, 'Phone', now),
  'refreshes it from another address': ({ module }, { refreshToken }) =>
    module.get(RefreshRotation).refresh(refreshToken, { ip: '198.51.100.9', userAgent: null }, now),
};

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

  describe('tj/connect-redis#328, expressjs/session#632: a request that began before the logout saves the session when it ends, and so back', () => {
    it.each(Object.keys(REQUESTS).flatMap((name) => [`${name}, with a copy`, `${name}, without`]))(
      'keeps the session ended, wherever a request is stopped that %s',
      async (title) => {
        const [name, copy] = title.split(/, (?=with)/) as [string, string];
        const stops = await atEveryStop(async (stop) => {
          const grant = await one.logIn(now);
          if (copy === 'with a copy') await nodes.accept(grant);
          const [, ended] = await race(
            stop,
            other.database,
            () => REQUESTS[name]!(one, grant),
            () => other.sessions.end(grant.session.userId, grant.session.id, 'logout', later),
          );
          expect(ended).toEqual({ status: 'fulfilled', value: true });
          await expectEnded(grant);
        });
        expect(stops).toBeGreaterThanOrEqual(2);
      },
    );
  });

  async function expectEnded({ session }: SessionGrant): Promise<void> {
    const { userId, id } = session;
    const row = await one.database.row('select ended_at, end_reason from sessions where id = $1', [id]);
    expect(row).toEqual({ endedAt: later, endReason: 'logout' });
    for (const { store } of [...nodes.systems, ...nodes.systems])
      expect(await store.find(userId, id, later)).toBeNull();
    expect(await one.sessions.list(userId, later)).toEqual([]);
    expect(await nodes.redis.command('EXISTS', await nodes.hashOf(userId))).toBe(0); // they had no other session
  }
});
