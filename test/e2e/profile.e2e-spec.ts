import { CACHING, Fleet } from '../support/fleet.js';
import { newPerson } from '../support/people.js';

/** Longer leases than usual: a busy machine must not be taken for trouble. */
const SETTINGS: Record<string, string> = {
  none: {},
  redis: { COHERENCE__FENCE_LEASE_MS: '3000' },
  varying: {},
}[CACHING];

const hit = (level: string) => `portcullis; hit; detail=${level}`;
const miss = 'portcullis; fwd=miss';
const bypass = 'portcullis; fwd=bypass';
/** Of a first read, a second, and the same again after a change. */
const SERVED = {
  redis: [miss, hit('L2'), miss, hit('L2')],
  none: [bypass, bypass, bypass, bypass],
  varying: Array<unknown>(4).fill(expect.stringMatching(/^portcullis; (hit; detail=L[12]|fwd=miss|fwd=bypass)$/)),
}[CACHING];

describe('profiles', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start(SETTINGS);
  });

  afterAll(() => fleet.stop());

  const read = (token: string, headers?: Record<string, string>) =>
    fleet.client.call('GET', '/v1/profile', { token, headers });
  const patch = (token: string, body: unknown, headers?: Record<string, string>) =>
    fleet.client.call('PATCH', '/v1/profile', { token, body, headers });

  it('exist from the registration on', async () => {
    const ana = await newPerson(fleet.client, { displayName: 'Ana' });
    const { status, headers, body } = await read(ana.accessToken);
    expect(status).toBe(200);
    expect(body).toEqual({
      userId: ana.user.id,
      displayName: 'Ana',
      bio: null,
      locale: null,
      timeZone: null,
      avatarUrl: null,
      version: 1,
      createdAt: ana.user.createdAt,
      updatedAt: ana.user.createdAt,
    });
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('cache-status')).toEqual(SERVED[0]);
  });

  it('merge what is sent, clear what is null, and answer the whole', async () => {
    const { accessToken } = await newPerson(fleet.client, { displayName: 'Ana' });
    const changes = {
      bio: 'Climbs\ngates.',
      locale: 'pt-BR',
      timeZone: 'Europe/Berlin',
      avatarUrl: 'https://example.com/a.png',
    };
    const changed = await patch(accessToken, changes);
    expect(changed).toMatchObject({ status: 200, body: { displayName: 'Ana', ...changes, version: 2 } });
    expect(changed.headers.get('etag')).toBe('"2"');
    const cleared = await patch(accessToken, { displayName: null, bio: null });
    expect(cleared.body).toMatchObject({ displayName: null, bio: null, locale: 'pt-BR', version: 3 });
    expect((await read(accessToken)).body).toEqual(cleared.body);
  });

  it('keep their version when nothing changes', async () => {
    const { accessToken } = await newPerson(fleet.client, { displayName: 'Ana' });
    const { body } = await read(accessToken);
    expect(await patch(accessToken, { displayName: 'Ana' })).toMatchObject({ status: 200, body });
    expect(await patch(accessToken, {})).toMatchObject({ status: 200, body });
  });

  it('answer 304 while they have the version that is known', async () => {
    const { accessToken } = await newPerson(fleet.client);
    for (const known of ['"1"', 'W/"1"', '"0", "1"', '*']) {
      const { status, body, headers } = await read(accessToken, { 'if-none-match': known });
      expect({ status, body, etag: headers.get('etag') }).toEqual({ status: 304, body: null, etag: '"1"' });
    }
    expect((await read(accessToken, { 'if-none-match': '"2"' })).status).toBe(200);
  });

  it('change only from the version that If-Match names', async () => {
    const { accessToken } = await newPerson(fleet.client);
    expect((await patch(accessToken, { bio: 'one' }, { 'if-match': '"1"' })).status).toBe(200);
    const late = await patch(accessToken, { bio: 'two' }, { 'if-match': '"1"' });
    expect(late).toMatchObject({ status: 412, body: { code: 'profile.changed' } });
    expect((await patch(accessToken, { bio: 'two' }, { 'if-match': 'W/"2"' })).status).toBe(412);
    expect((await read(accessToken)).body).toMatchObject({ bio: 'one', version: 2 });
  });

  it('lose no change of many at once', async () => {
    const { accessToken } = await newPerson(fleet.client);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => patch(accessToken, { bio: `bio ${index}` })),
    );
    expect(answers.map(({ body }) => body.version as number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 2),
    );
    const last = answers.find(({ body }) => body.version === 21)!;
    expect((await read(accessToken)).body).toEqual(last.body);
  });

  it('say how a read was served', async () => {
    const { accessToken } = await newPerson(fleet.client);
    const served = async () => (await read(accessToken)).headers.get('cache-status');
    const first = await served();
    const second = await served();
    await patch(accessToken, { bio: 'Climbs gates.' });
    expect([first, second, await served(), await served()]).toEqual(SERVED);
  });

  it('are never read older than the last acknowledged change', async () => {
    const { accessToken } = await newPerson(fleet.client);
    for (let version = 2; version < 12; version++) {
      const early = Array.from({ length: 4 }, () => read(accessToken));
      expect((await patch(accessToken, { bio: `bio ${version}` })).body.version).toBe(version);
      const late = await Promise.all(Array.from({ length: 4 }, () => read(accessToken)));
      expect(late.map(({ body }) => body.version)).toEqual([version, version, version, version]);
      await Promise.all(early);
    }
  });

  it('show others their public part only', async () => {
    const ana = await newPerson(fleet.client, { displayName: 'Ana' });
    await patch(ana.accessToken, { bio: 'Climbs gates.', locale: 'pt-BR' });
    const { accessToken } = await newPerson(fleet.client);
    const { status, body } = await fleet.client.call('GET', `/v1/profiles/${ana.user.id}`, { token: accessToken });
    expect(status).toBe(200);
    expect(body).toEqual({ userId: ana.user.id, displayName: 'Ana', bio: 'Climbs gates.', avatarUrl: null });
    const unknown = await fleet.client.call('GET', '/v1/profiles/0199a1c0-0000-7000-8000-000000000000', {
      token: accessToken,
    });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'profile.not_found' } });
    expect((await fleet.client.call('GET', `/v1/profiles/${ana.user.id}`)).status).toBe(401);
  });

  it.each([
    [{ displayName: '' }],
    [{ displayName: 'x'.repeat(81) }],
    [{ displayName: 'two\nlines' }],
    [{ displayName: 5 }],
    [{ bio: 'x'.repeat(501) }],
    [{ locale: 'not a locale' }],
    [{ timeZone: 'Mars/Olympus' }],
    [{ timeZone: '+01:00' }],
    [{ avatarUrl: 'http://example.com/a.png' }],
    [{ avatarUrl: 'javascript:alert(1)' }],
    [{ avatarUrl: 'https:logout' }],
    [{ avatarUrl: 'https:///example.com/a.png' }],
    [{ avatarUrl: 'https://ex%41mple.com/a.png' }],
    [{ avatarUrl: ' https://example.com/\n"><script>' }],
    [{ avatarUrl: 'https://user:pass@example.com/a.png' }],
    [{ version: 9 }],
    [{ userId: '0199a1c0-0000-7000-8000-000000000000' }],
    [[]],
    [null],
  ])('refuse %j and stay as they are', async (changes) => {
    const { accessToken } = await newPerson(fleet.client, { displayName: 'Ana' });
    expect(await patch(accessToken, changes)).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect((await read(accessToken)).body).toMatchObject({ displayName: 'Ana', version: 1 });
  });
});
