import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { Fleet } from '../support/fleet.js';
import { newPerson } from '../support/people.js';

type Json = Record<string, unknown>;

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;

describe('access tokens', () => {
  let fleet: Fleet;
  let token: string;
  let header: Json;
  let claims: Json;
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const jwk = { ...key.export({ format: 'jwk' }), kid: 'test-key' };
  const secretsKey = Buffer.alloc(32, 7).toString('base64');

  beforeAll(async () => {
    fleet = await Fleet.start({ JWT__KEYS: JSON.stringify({ keys: [jwk] }), SECRETS__KEY: secretsKey });
    for (const secret of [jwk.d!, secretsKey]) fleet.client.secrets.add(secret);
    token = (await newPerson(fleet.client)).accessToken;
    [header, claims] = token.split('.').slice(0, 2).map(decode) as [Json, Json];
  });

  afterAll(() => fleet.stop());

  /** A token signed with the server's own key, and so refused only for what it says. */
  const signed = (newHeader: Json, newClaims: Json, privateKey = key) => {
    const input = `${encode(newHeader)}.${encode(newClaims)}`;
    return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  const status = async (accessToken: string) =>
    (await fleet.client.call('GET', '/v1/auth/session', { token: accessToken })).status;
  const without = (object: Json, name: string) =>
    Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

  it('say who, which session, for whom and until when, and verify by the published keys', async () => {
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'test-key' });
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
    expect(claims).toMatchObject({ iss: 'portcullis', aud: 'portcullis', exp: (claims.iat as number) + 600 });
    const { body, headers } = await fleet.client.call<{ keys: JsonWebKey[] }>('GET', '/.well-known/jwks.json');
    const { d: _, ...publicJwk } = jwk;
    expect(body).toEqual({ keys: [{ ...publicJwk, alg: 'ES256', use: 'sig' }] });
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(createPublicKey({ key: body.keys[0]!, format: 'jwk' }).asymmetricKeyType).toBe('ec');
  });

  it('pass when they are what the server writes', async () => {
    expect(await status(token)).toBe(200);
    expect(await status(signed(header, claims))).toBe(200);
  });

  const wrongHeaders: [string, (header: Json) => Json][] = [
    ['alg none', (it) => ({ ...it, alg: 'none' })],
    ['alg noNE', (it) => ({ ...it, alg: 'noNE' })],
    ['alg HS256', (it) => ({ ...it, alg: 'HS256' })],
    ['alg RS256', (it) => ({ ...it, alg: 'RS256' })],
    ['typ JWT', (it) => ({ ...it, typ: 'JWT' })],
    ['no typ', (it) => without(it, 'typ')],
    ['no kid', (it) => without(it, 'kid')],
    ['an unknown kid', (it) => ({ ...it, kid: 'other' })],
    ['a kid of the prototype', (it) => ({ ...it, kid: '__proto__' })],
    ['a kid that is a path', (it) => ({ ...it, kid: '../../dev/null' })],
    ['a kid that is a list', (it) => ({ ...it, kid: ['test-key'] })],
    ['a key of its own', (it) => ({ ...it, jwk })],
    ['a key elsewhere', (it) => ({ ...it, jku: 'https://evil.example/jwks.json' })],
    ['crit', (it) => ({ ...it, crit: ['b64'], b64: false })],
  ];
  it.each(wrongHeaders)('are refused with %s', async (_, change) => {
    expect(await status(signed(change(header), claims))).toBe(401);
  });

  const now = () => Math.floor(Date.now() / 1000);
  const wrongClaims: [string, (claims: Json) => Json][] = [
    ['no exp', (it) => without(it, 'exp')],
    ['no sub', (it) => without(it, 'sub')],
    ['no sid', (it) => without(it, 'sid')],
    ['no jti', (it) => without(it, 'jti')],
    ['no iat', (it) => without(it, 'iat')],
    ['no iss', (it) => without(it, 'iss')],
    ['no aud', (it) => without(it, 'aud')],
    ['an exp that has passed', (it) => ({ ...it, exp: now() - 1 })],
    ['an exp that is a text', (it) => ({ ...it, exp: String(it.exp) })],
    ['an exp beyond all bounds', (it) => ({ ...it, exp: 1e30 })],
    ['an exp in ten years', (it) => ({ ...it, exp: now() + 315_360_000 })],
    ['an iat an hour ahead', (it) => ({ ...it, iat: now() + 3600, exp: now() + 4000 })],
    ['an nbf ahead', (it) => ({ ...it, nbf: now() + 3600 })],
    ['another issuer', (it) => ({ ...it, iss: 'evil' })],
    ['another audience', (it) => ({ ...it, aud: 'other' })],
    ['another user', (it) => ({ ...it, sub: '0199a1c0-0000-7000-8000-000000000000' })],
    ['an unknown session', (it) => ({ ...it, sid: '0199a1c0-0000-7000-8000-000000000000' })],
    ['a session that is no UUID', (it) => ({ ...it, sid: "' or 1=1 --" })],
    ['a user that is an object', (it) => ({ ...it, sub: {} })],
  ];
  it.each(wrongClaims)('are refused with %s', async (_, change) => {
    expect(await status(signed(header, change(claims)))).toBe(401);
  });

  it('are refused when they are signed by another key, or with the public key as a secret', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await status(signed(header, claims, other))).toBe(401);
    const publicPem = createPublicKey(key).export({ format: 'pem', type: 'spki' });
    const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
    expect(await status(`${input}.${createHmac('sha256', publicPem).update(input).digest('base64url')}`)).toBe(401);
  });

  it('are refused in any other form than the one the server wrote', async () => {
    const [head, body, signature] = token.split('.') as [string, string, string];
    const lastBits =
      signature.slice(0, -1) + (signature.endsWith('A') ? 'B' : String.fromCharCode(signature.charCodeAt(85) + 1));
    const forms = [
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.x`,
      `${head}.${body}.${lastBits}`,
    ];
    for (const form of [...forms, '{}', 'x'.repeat(8000)]) expect(await status(form)).toBe(401);
  });

  it('are refused beside another credential, in another scheme, and in the address', async () => {
    const { client } = fleet;
    const get = async (path: string, authorization?: string) =>
      (await client.call('GET', path, { headers: authorization === undefined ? {} : { authorization } })).status;
    expect(await get('/v1/auth/session')).toBe(401);
    expect(await get('/v1/auth/session', `Basic ${token}`)).toBe(401);
    expect(await get('/v1/auth/session', `Bearer ${token}, Bearer ${token}`)).toBe(401);
    expect(await get('/v1/auth/session', `bearer ${token}`)).toBe(200);
    expect(await get(`/v1/auth/session?access_token=${token}`)).toBe(401);
  });

  it('end their session even when they have expired, and no session when they are not ours', async () => {
    const ana = await newPerson(fleet.client);
    const own = decode(ana.accessToken.split('.')[1]!);
    const logout = async (accessToken: string) =>
      (await fleet.client.call('POST', '/v1/auth/logout', { token: accessToken })).status;
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await logout(signed(header, own, stranger))).toBe(204);
    expect(await status(ana.accessToken)).toBe(200);
    expect(await logout(signed(header, { ...own, iat: now() - 900, exp: now() - 300 }))).toBe(204);
    expect(await status(ana.accessToken)).toBe(401);
    expect((await fleet.client.call('POST', '/v1/auth/logout')).status).toBe(401);
    expect(
      (await fleet.client.call('POST', '/v1/auth/logout', { headers: { authorization: 'Basic eDp5' } })).status,
    ).toBe(401);
    const both = await fleet.client.call('POST', '/v1/auth/logout', {
      token: ana.accessToken,
      body: { refreshToken: ana.refreshToken },
    });
    expect(both).toMatchObject({ status: 400, body: { code: 'auth.several_credentials' } });
  });
});
