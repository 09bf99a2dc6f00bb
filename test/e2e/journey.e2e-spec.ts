import type { Grant, SessionView } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { accessStatus, logIn, newPerson, refreshStatus } from '../support/people.js';

/** What the README shows, in its order. */
describe('a life with sessions', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
  });

  afterAll(() => fleet.stop());

  it('goes from registration to logging out everywhere', async () => {
    const { client } = fleet;
    const ana = await newPerson(client, { displayName: 'Ana', deviceName: 'Laptop' });
    expect(ana).toMatchObject({ tokenType: 'Bearer', expiresIn: 600, user: { role: 'user', emailVerified: false } });
    expect(ana.session).toMatchObject({ current: true, deviceName: 'Laptop', ip: '127.0.0.1', userAgent: 'node' });

    const phone = await logIn(client, ana, { deviceName: 'Phone', rememberMe: true });
    const tablet = await logIn(client, ana);
    const list = await client.call<{ items: SessionView[] }>('GET', '/v1/sessions', { token: phone.accessToken });
    expect(list.body.items.map(({ id }) => id).sort()).toEqual(
      [ana, phone, tablet].map(({ session }) => session.id).sort(),
    );
    expect(list.body.items.filter(({ current }) => current).map(({ id }) => id)).toEqual([phone.session.id]);

    const renamed = await client.call('PATCH', `/v1/sessions/${tablet.session.id}`, {
      token: ana.accessToken,
      body: { deviceName: 'Kitchen tablet' },
    });
    expect(renamed).toMatchObject({ status: 200, body: { deviceName: 'Kitchen tablet', current: false } });

    const refreshed = await client.call<Grant>('POST', '/v1/auth/refresh', {
      body: { refreshToken: phone.refreshToken },
    });
    expect(refreshed).toMatchObject({ status: 200, body: { session: { id: phone.session.id, deviceName: 'Phone' } } });
    expect(refreshed.body.refreshToken).not.toBe(phone.refreshToken);

    const endedOne = await client.call('DELETE', `/v1/sessions/${tablet.session.id}`, { token: ana.accessToken });
    expect(endedOne.status).toBe(204);
    expect(await accessStatus(client, tablet)).toBe(401);

    const others = await client.call('DELETE', '/v1/sessions?scope=others', { token: ana.accessToken });
    expect(others).toMatchObject({ status: 200, body: { revoked: 1 } });
    expect(await accessStatus(client, refreshed.body)).toBe(401);
    expect(await refreshStatus(client, refreshed.body)).toBe(401);
    expect(await accessStatus(client, ana)).toBe(200);

    await logIn(client, ana);
    const all = await client.call('DELETE', '/v1/sessions?scope=all', { token: ana.accessToken });
    expect(all).toMatchObject({ status: 200, body: { revoked: 2 } });
    expect(await accessStatus(client, ana)).toBe(401);
    expect(await refreshStatus(client, ana)).toBe(401);

    const back = await logIn(client, ana);
    expect((await client.call('POST', '/v1/auth/logout', { token: back.accessToken })).status).toBe(204);
    expect(await accessStatus(client, back)).toBe(401);
    expect(await refreshStatus(client, back)).toBe(401);
  });

  it('tells who I am', async () => {
    const ana = await newPerson(fleet.client);
    const { status, body } = await fleet.client.call('GET', '/v1/auth/session', { token: ana.accessToken });
    expect(status).toBe(200);
    expect(body).toEqual({ user: ana.user, session: ana.session });
    expect(ana.user.email).toBe(ana.email);
  });

  it('offers the limits of remembered sessions to who asks to be remembered', async () => {
    const ana = await newPerson(fleet.client);
    const days = ({ session }: Grant, end: 'idleExpiresAt' | 'expiresAt') =>
      (Date.parse(session[end]) - Date.parse(session.createdAt)) / 86_400_000;
    expect([days(ana, 'idleExpiresAt'), days(ana, 'expiresAt')]).toEqual([1, 7]);
    const remembered = await logIn(fleet.client, ana, { rememberMe: true });
    expect([days(remembered, 'idleExpiresAt'), days(remembered, 'expiresAt')]).toEqual([30, 90]);
  });
});
