import { once } from 'node:events';
import { type ServedApp, sendRaw, serveApp, slow } from './served-app.fixture.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const JSON_TYPE = { 'content-type': 'application/json' };

let served: ServedApp;
beforeAll(async () => (served = await serveApp()));
afterAll(() => served.app.close());
beforeEach(() => served.logged());

const get = (path: string, headers: Record<string, string> = {}) => fetch(served.url + path, { headers });
const problemOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('security headers', () => {
  const requests: [string, number, () => Promise<Response>][] = [
    ['an answer', 200, () => get('/things')],
    ['an unreadable body', 400, () => served.post('{', JSON_TYPE)],
    ['an unreadable address', 400, () => get('/things/%E0%A4%A')],
    ['an unknown path', 404, () => get('/nothing')],
    ['an unknown method', 405, () => fetch(`${served.url}/things`, { method: 'PUT' })],
    ['a large body', 413, () => served.post(`"${'x'.repeat(17_000)}"`)],
    ['a long parameter', 414, () => get(`/things/${'x'.repeat(300)}`)],
    ['another media type', 415, () => served.post('a=b', { 'content-type': 'text/plain' })],
    ['invalid input', 422, () => served.post('{}')],
    ['a fault', 500, () => get('/things/broken')],
    ['an outage', 503, () => get('/things/outage')],
  ];

  it.each(requests)('are on %s (%d)', async (_what, status, request) => {
    const response = await request();
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(response.headers.get('x-request-id')).toMatch(UUID);
  });

  it.each(requests.slice(1))('come with a problem document on %s (%d)', async (_what, status, request) => {
    const response = await request();
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await problemOf(response)).toMatchObject({ status, requestId: response.headers.get('x-request-id') });
  });

  it('leave caching to a handler that says something about it', async () => {
    expect((await get('/things/cached')).headers.get('cache-control')).toBe('private, no-cache');
  });

  it('let only the documentation load scripts', async () => {
    expect((await get('/docs')).headers.get('content-security-policy')).toContain("script-src 'self'");
    expect((await get('/docs/nothing')).headers.get('content-security-policy')).not.toContain('script-src');
    expect((await get('/docsx')).headers.get('content-security-policy')).not.toContain('script-src');
  });
});

describe('the request id', () => {
  it.each(['abcdefgh', 'A.b_c-9'.repeat(9), '0198c9d4-7f3a-7b1e-9c55-1f2d3a4b5c6d'])('is kept: %s', async (id) => {
    expect((await get('/things', { 'x-request-id': id })).headers.get('x-request-id')).toBe(id);
  });

  it.each(['short', 'x'.repeat(65), 'with space', 'a"b"c"d"e', '%s%s%s%s%s'])('is made anew: %s', async (id) => {
    expect((await get('/things', { 'x-request-id': id })).headers.get('x-request-id')).toMatch(UUID);
  });

  it('is on every line that is logged meanwhile, with a body or without', async () => {
    await get('/things/cached', { 'x-request-id': 'request-1' });
    await served.post('{"email":"a@example.com"}', { ...JSON_TYPE, 'x-request-id': 'request-2' });
    const lines = served.logged();
    expect(lines.map(({ context, requestId }) => `${String(context)} ${String(requestId)}`)).toEqual([
      'Things request-1',
      'Http request-1',
      'Things request-2',
      'Http request-2',
    ]);
  });
});

describe('the access log', () => {
  it('has one line a request, with the route and never the address', async () => {
    const response = await get('/things/0198C9D4-7f3a-7b1e-9c55-1f2d3a4b5c6d?token=hunter2');
    const [line, ...more] = served.logged();
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'info', method: 'GET', route: '/things/:id', status: 200, ip: '127.0.0.1' });
    expect(line).toMatchObject({ requestId: response.headers.get('x-request-id') });
    expect(line?.['durationMs']).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(line)).not.toMatch(/hunter2|0198c9d4/i);
  });

  it.each(['/nothing?hunter2', '/things/%E0%A4%Ahunter2'])('names no route where there is none: %s', async (path) => {
    await get(path);
    const lines = served.logged();
    expect(lines).toMatchObject([{ route: null }]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('a forwarded address', () => {
  let proxied: ServedApp;
  beforeAll(async () => (proxied = await serveApp({ trustedProxies: ['127.0.0.0/8'] })));
  afterAll(() => proxied.app.close());

  it('is believed from a trusted proxy only, and as far as that proxy saw', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
    await fetch(`${served.url}/things`, { headers });
    await fetch(`${proxied.url}/things`, { headers });
    expect(served.logged().filter(({ route }) => route)).toMatchObject([{ ip: '127.0.0.1' }, { ip: '198.51.100.7' }]);
  });
});

describe('the address', () => {
  it.each(['/things/%E0%A4%A', '/hunter2/%zz', '/nothing/hunter2', `/things/${'hunter2'.repeat(40)}`])(
    'is never repeated: %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toMatch(/hunter2|%/);
    },
  );

  it('tells which methods a path has', async () => {
    const response = await fetch(`${served.url}/things?a=b`, { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'request.method_not_allowed' });
    const other = await fetch(`${served.url}/things/anything`, { method: 'PATCH' });
    expect(other.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it.each(['TRACE', 'PROPFIND', 'OPTIONS'])('refuses %s like any other method', async (method) => {
    const answer = await sendRaw(served.port, `${method} /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer).toContain('strict-transport-security');
  });

  it.each(['*', 'http://a'])('is a path, not %s', async (target) => {
    const answer = await sendRaw(served.port, `OPTIONS ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 40[045] /);
    expect(answer).toContain('strict-transport-security');
    expect(answer).toContain('application/problem+json');
  });
});

describe('the headers of a request', () => {
  const request = (...lines: string[]) =>
    sendRaw(
      served.port,
      ['POST /things HTTP/1.1', ...lines, 'Connection: close', 'Content-Length: 2', '', '{}'].join('\r\n'),
    );

  it.each([
    ['no Host', 400, []],
    ['two Hosts', 400, ['Host: a', 'host: b']],
    ['two credentials', 400, ['Host: a', 'Authorization: Bearer a', 'authorization: Bearer b']],
    ['two types', 415, ['Host: a', 'Content-Type: application/json', 'Content-Type: text/plain']],
    ['an Expect that nobody knows', 422, ['Host: a', 'Content-Type: application/json', 'Expect: hunter2']],
  ])('are refused with %s (%d)', async (_what, status, lines) => {
    const answer = await request(...lines);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('strict-transport-security');
    expect(answer).not.toContain('hunter2');
  });
});

describe('closing', () => {
  it('answers what is in flight, then ends the connections that were kept alive', async () => {
    const closing = await serveApp();
    const answer = sendRaw(closing.port, 'GET /things/slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(slow, 'started');
    const closed = closing.app.close();
    slow.emit('answer');
    expect(await answer).toContain('{"slow":true}');
    await closed;
  });
});
