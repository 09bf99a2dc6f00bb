import { once } from 'node:events';
import { type ServedApp, sendRaw, serveApp, slow } from './served-app.fixture.js';

const GET = 'GET /things HTTP/1.1\r\nHost: a\r\n';

describe('bytes that are no request', () => {
  let served: ServedApp;
  beforeAll(async () => (served = await serveApp({ timeouts: { requestMs: 150 } })));
  afterAll(() => served.app.close());

  it.each([
    ['garbage', 'hunter2\r\n\r\n', 400, 'request.malformed'],
    ['an unknown method', 'FOO /hunter2 HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'request.malformed'],
    ['two lengths', `${GET}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400, 'request.malformed'],
    [
      'a bad chunk',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nhunter2\r\n',
      400,
      'request.malformed',
    ],
    ['headers past 16 KB', `${GET}X-Long: ${'hunter2'.repeat(3000)}\r\n\r\n`, 431, 'request.headers_too_large'],
    ['headers that never end', `${GET}X-Slow: hunter2`, 408, 'request.timeout'],
    [
      'a body that never ends',
      'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
      408,
      'request.timeout',
    ],
    ['nothing at all', '', 408, 'request.timeout'],
  ])('answers %s with a problem and all headers, and closes', async (_what, bytes, status, code) => {
    const answer = await sendRaw(served.port, bytes);
    const [head, body] = answer.split('\r\n\r\n') as [string, string];
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(body)).toMatchObject({ status, code, type: `urn:portcullis:${code}` });
    expect(head).toContain('content-type: application/problem+json; charset=utf-8');
    expect(head).toContain('strict-transport-security: max-age=31536000; includeSubDomains');
    expect(head).toContain("content-security-policy: default-src 'none'; frame-ancestors 'none'");
    expect(head).toMatch(/x-request-id: [0-9a-f-]{36}/);
    expect(head).toContain('connection: close');
    expect(head.match(/cache-control/g)).toHaveLength(1);
    expect(answer).not.toContain('hunter2');
  });

  it('answers the requests before it first, in order', async () => {
    const answers = sendRaw(served.port, 'GET /things/slow HTTP/1.1\r\nHost: a\r\n\r\n' + `${GET}\r\nhunter2\r\n\r\n`);
    await once(slow, 'started');
    slow.emit('answer');
    expect((await answers).match(/HTTP\/1\.1 \d+|"slow":true/g)).toEqual([
      'HTTP/1.1 200',
      '"slow":true',
      'HTTP/1.1 200',
      'HTTP/1.1 400',
    ]);
  });
});

describe('silence', () => {
  it('cuts a connection whose request stays unanswered and unread', async () => {
    const served = await serveApp({ timeouts: { silenceMs: 50 } });
    expect(await sendRaw(served.port, '')).toBe('');
    await served.app.close();
  });
});
