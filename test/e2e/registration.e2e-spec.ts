import type { Grant } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { logIn, newCredentials, newPerson } from '../support/people.js';

describe('registration and login', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
  });

  afterAll(() => fleet.stop());

  it('makes one account of 20 registrations of one e-mail at once', async () => {
    const { email, password } = newCredentials();
    const spellings = [email, email.toUpperCase(), email.replace('@example', '@EXAMPLE')];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        fleet.client.call('POST', '/v1/auth/register', { body: { email: spellings[index % 3], password } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(
      new Set(['auth.email_taken']),
    );
    expect(await fleet.sql('select 1 from users where email_canonical = $1', [email])).toHaveLength(1);
    const profiles = 'select 1 from profiles join users on id = user_id where email_canonical = $1';
    expect(await fleet.sql(profiles, [email])).toHaveLength(1);
  });

  it('keeps the e-mail as typed and finds it in any spelling', async () => {
    const { email, password } = newCredentials();
    const typed = email.replace('@example.com', '@Example.COM');
    const { body } = await fleet.client.call<Grant>('POST', '/v1/auth/register', { body: { email: typed, password } });
    expect(body.user.email).toBe(typed);
    await logIn(fleet.client, { email: email.toUpperCase(), password });
  });

  it('takes the composed and the decomposed form of a password for the same, and nothing else', async () => {
    const { email } = newCredentials();
    const composed = 'caf\u00e9 at the corner';
    await fleet.client.call('POST', '/v1/auth/register', { body: { email, password: composed } });
    const status = async (password: string) =>
      (await fleet.client.call('POST', '/v1/auth/login', { body: { email, password } })).status;
    expect(await status(composed.normalize('NFD'))).toBe(200);
    expect(await status(`${composed} `)).toBe(401);
    expect(await status(composed.toUpperCase())).toBe(401);
    expect(await status('cafe at the corner')).toBe(401);
  });

  it('lets in whose password is longer before it is composed', async () => {
    const { email } = newCredentials();
    const password = 'e\u0301'.repeat(200);
    expect((await fleet.client.call('POST', '/v1/auth/register', { body: { email, password } })).status).toBe(201);
    await logIn(fleet.client, { email, password });
    await logIn(fleet.client, { email, password: password.normalize('NFC') });
  });

  it('compares all of a long password', async () => {
    const { email } = newCredentials();
    const start = 'x'.repeat(72);
    await fleet.client.call('POST', '/v1/auth/register', { body: { email, password: `${start} one` } });
    const { status } = await fleet.client.call('POST', '/v1/auth/login', { body: { email, password: `${start} two` } });
    expect(status).toBe(401);
  });

  it('answers an unknown e-mail and a wrong password alike', async () => {
    const { email } = await newPerson(fleet.client);
    const answer = async (body: object) => {
      const { status, headers, body: problem } = await fleet.client.call('POST', '/v1/auth/login', { body });
      const { requestId: _, ...rest } = problem;
      return { status, challenge: headers.get('www-authenticate'), problem: rest };
    };
    const wrong = await answer({ email, password: 'not the password at all' });
    expect(wrong).toMatchObject({ status: 401, problem: { code: 'auth.invalid_credentials' } });
    expect(await answer({ ...newCredentials() })).toEqual(wrong);
  });

  it('tells of a ban only to who knows the password', async () => {
    const ana = await newPerson(fleet.client);
    await fleet.sql('update users set banned_at = now() where id = $1', [ana.user.id]);
    const status = async (password: string) =>
      (await fleet.client.call('POST', '/v1/auth/login', { body: { email: ana.email, password } })).status;
    expect(await status(ana.password)).toBe(403);
    expect(await status('not the password at all')).toBe(401);
    expect((await fleet.client.call('GET', '/v1/auth/session', { token: ana.accessToken })).status).toBe(401);
    expect(
      (await fleet.client.call('POST', '/v1/auth/refresh', { body: { refreshToken: ana.refreshToken } })).status,
    ).toBe(401);
  });

  it.each([
    ['no body', undefined, '#/email'],
    ['an array', [], '#'],
    ['no e-mail', { password: 'correct horse battery' }, '#/email'],
    ['an e-mail that is a list', { email: ['ana@example.com'], password: 'correct horse battery' }, '#/email'],
    ['an e-mail without a domain', { email: 'ana', password: 'correct horse battery' }, '#/email'],
    [
      'a header in the e-mail',
      { email: 'a@example.com\r\nBcc: b@example.com', password: 'correct horse battery' },
      '#/email',
    ],
    [
      'a header after a slash in the e-mail',
      { email: 'a@example.com/\r\nBcc:root', password: 'correct horse battery' },
      '#/email',
    ],
    ['14 characters of password', { email: 'a@example.com', password: '12345678901234' }, '#/password'],
    ['14 emoji of password', { email: 'a@example.com', password: '\u{1F600}'.repeat(14) }, '#/password'],
    ['257 characters of password', { email: 'a@example.com', password: 'x'.repeat(257) }, '#/password'],
    [
      'a lone surrogate in the password',
      { email: 'a@example.com', password: 'correct horse \ud800 battery' },
      '#/password',
    ],
    [
      'NUL in the name',
      { email: 'a@example.com', password: 'correct horse battery', displayName: 'A\0' },
      '#/displayName',
    ],
    [
      'a name of two lines',
      { email: 'a@example.com', password: 'correct horse battery', displayName: 'A\nB' },
      '#/displayName',
    ],
    [
      'rememberMe as a text',
      { email: 'a@example.com', password: 'correct horse battery', rememberMe: 'yes' },
      '#/rememberMe',
    ],
    ['a role', { email: 'a@example.com', password: 'correct horse battery', role: 'admin' }, '#/role'],
    ['a mode', { email: 'a@example.com', password: 'correct horse battery', mode: 'bearer' }, '#/mode'],
  ])('refuses %s with 422 and changes nothing', async (_, body, pointer) => {
    const before = await fleet.sql('select count(*) from users');
    const answer = await fleet.client.call('POST', '/v1/auth/register', { body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
    expect(await fleet.sql('select count(*) from users')).toEqual(before);
  });

  it('accepts 15 characters of any kind, and 256', async () => {
    for (const password of ['123456789012345', '\u{1F600}'.repeat(15), '               ', 'x'.repeat(256)]) {
      await newPerson(fleet.client, { password });
    }
  });
});
