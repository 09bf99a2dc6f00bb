import type { SessionView } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { accessStatus, logIn, newPerson, refreshStatus } from '../support/people.js';

describe('my sessions', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({ SESSIONS__MAX_PER_USER: '5' });
  });

  afterAll(() => fleet.stop());

  const list = async (token: string) =>
    (await fleet.client.call<{ items: SessionView[] }>('GET', '/v1/sessions', { token })).body.items;

  it('show what tells them apart, and nothing else', async () => {
    const { accessToken } = await newPerson(fleet.client);
    const [session] = await list(accessToken);
    expect(Object.keys(session!).sort()).toEqual(
      [
        'createdAt',
        'current',
        'deviceName',
        'expiresAt',
        'id',
        'idleExpiresAt',
        'ip',
        'lastSeenAt',
        'userAgent',
      ].sort(),
    );
  });

  it('hides the sessions of others as if they did not exist', async () => {
    const [ana, eve] = [await newPerson(fleet.client), await newPerson(fleet.client)];
    const attempts = [
      ['PATCH', { deviceName: 'Mine' }],
      ['DELETE', undefined],
    ] as const;
    for (const [method, body] of attempts) {
      const [foreign, unknown] = await Promise.all(
        [ana.session.id, '0199a1c0-0000-7000-8000-000000000000'].map((id) =>
          fleet.client.call(method, `/v1/sessions/${id}`, { token: eve.accessToken, body }),
        ),
      );
      expect(foreign).toMatchObject({ status: 404, body: { code: 'sessions.not_found' } });
      expect({ ...foreign!.body, requestId: '' }).toEqual({ ...unknown!.body, requestId: '' });
    }
    expect(await accessStatus(fleet.client, ana)).toBe(200);
    expect((await list(ana.accessToken))[0]!.deviceName).toBeNull();
  });

  it('clears the name of a device', async () => {
    const { accessToken, session } = await newPerson(fleet.client, { deviceName: 'Laptop' });
    const cleared = await fleet.client.call('PATCH', `/v1/sessions/${session.id}`, {
      token: accessToken,
      body: { deviceName: null },
    });
    expect(cleared).toMatchObject({ status: 200, body: { id: session.id, deviceName: null } });
  });

  it.each([
    [{}],
    [{ deviceName: '' }],
    [{ deviceName: 'x'.repeat(81) }],
    [{ deviceName: 'a\u001b[31mb' }],
    [{ deviceName: 5 }],
  ])('refuses the name %j and keeps the one there is', async (body) => {
    const { accessToken, session } = await newPerson(fleet.client, { deviceName: 'Laptop' });
    const { status } = await fleet.client.call('PATCH', `/v1/sessions/${session.id}`, { token: accessToken, body });
    expect(status).toBe(422);
    expect((await list(accessToken))[0]!.deviceName).toBe('Laptop');
  });

  it.each([
    ['PATCH', '/v1/sessions/not-a-uuid', { deviceName: 'x' }, 422],
    ['DELETE', '/v1/sessions/not-a-uuid', undefined, 422],
    ['DELETE', '/v1/sessions', undefined, 422],
    ['DELETE', '/v1/sessions?scope=everything', undefined, 422],
    ['DELETE', '/v1/sessions?scope=all&scope=others', undefined, 422],
    ['DELETE', '/v1/sessions?scope[]=all', undefined, 422],
  ])('refuses %s %s and ends nothing', async (method, path, body, expected) => {
    const ana = await newPerson(fleet.client);
    const { status } = await fleet.client.call(method, path, { token: ana.accessToken, body });
    expect(status).toBe(expected);
    expect(await accessStatus(fleet.client, ana)).toBe(200);
  });

  it('ends the oldest session when there is one too many', async () => {
    const first = await newPerson(fleet.client);
    const more = [];
    for (let count = 0; count < 4; count++) more.push(await logIn(fleet.client, first));
    expect(await accessStatus(fleet.client, first)).toBe(200);
    const sixth = await logIn(fleet.client, first);
    expect(await accessStatus(fleet.client, first)).toBe(401);
    expect(await refreshStatus(fleet.client, first)).toBe(401);
    expect((await list(sixth.accessToken)).map(({ id }) => id).sort()).toEqual(
      [...more, sixth].map(({ session }) => session.id).sort(),
    );
  });

  it('never has more than the cap, however many log in at once', async () => {
    const ana = await newPerson(fleet.client);
    const logins = await Promise.all(Array.from({ length: 12 }, () => logIn(fleet.client, ana)));
    const alive = await Promise.all(logins.map((login) => accessStatus(fleet.client, login)));
    expect(alive.filter((status) => status === 200)).toHaveLength(5);
  });

  it('lists a login beside "end all", or has ended it', async () => {
    const ana = await newPerson(fleet.client);
    for (let round = 0; round < 10; round++) {
      const { accessToken } = await logIn(fleet.client, ana);
      const [login, ended] = await Promise.all([
        logIn(fleet.client, ana),
        fleet.client.call('DELETE', '/v1/sessions?scope=all', { token: accessToken }),
      ]);
      expect(ended.status).toBe(200);
      const witness = await logIn(fleet.client, ana);
      const isListed = (await list(witness.accessToken)).some(({ id }) => id === login.session.id);
      expect(await accessStatus(fleet.client, login)).toBe(isListed ? 200 : 401);
      expect(await refreshStatus(fleet.client, login)).toBe(isListed ? 200 : 401);
    }
  });

  it('answers every one of many endings of one session, and ends it once', async () => {
    const ana = await newPerson(fleet.client);
    const other = await logIn(fleet.client, ana);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        fleet.client.call('DELETE', `/v1/sessions/${other.session.id}`, { token: ana.accessToken }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(9).fill(404)]);
  });
});

describe('my sessions, refusing more than the cap', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({
      SESSIONS__MAX_PER_USER: '2',
      SESSIONS__CAP_POLICY: 'refuse',
      SESSIONS__FRESH_FOR_ENDING: 'true',
    });
  });

  afterAll(() => fleet.stop());

  it('refuses a login past the cap with 409 and keeps the sessions there are', async () => {
    const ana = await newPerson(fleet.client);
    const second = await logIn(fleet.client, ana);
    const { email, password } = ana;
    const third = await fleet.client.call('POST', '/v1/auth/login', { body: { email, password } });
    expect(third).toMatchObject({ status: 409, body: { code: 'sessions.limit_reached' } });
    expect(await accessStatus(fleet.client, ana)).toBe(200);
    await fleet.client.call('POST', '/v1/auth/logout', { token: second.accessToken });
    await logIn(fleet.client, ana);
  });

  it('asks who I am before it ends sessions, when it is told to', async () => {
    const ana = await newPerson(fleet.client);
    const end = (token: string) => fleet.client.call('DELETE', '/v1/sessions?scope=others', { token });
    expect((await end(ana.accessToken)).status).toBe(200);
    await fleet.alterSession(ana.session.id, `created_at = created_at - interval '5 minutes'`);
    const stale = await end(ana.accessToken);
    expect(stale).toMatchObject({ status: 401, body: { code: 'auth.insufficient_user_authentication' } });
    expect(stale.headers.get('www-authenticate')).toBe('Bearer error="insufficient_user_authentication", max_age=300');
  });
});
