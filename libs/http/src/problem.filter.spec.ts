import { type ServedApp, serveApp } from './served-app.fixture.js';

let served: ServedApp;
beforeAll(async () => (served = await serveApp()));
afterAll(() => served.app.close());

async function answerOf(path: string) {
  served.logged();
  const response = await fetch(served.url + path);
  const lines = served.logged().filter(({ context }) => context !== 'Http');
  return { response, body: await response.text(), lines };
}

describe('a fault', () => {
  it('is told without anything of it, and logged once as an error', async () => {
    const { response, body, lines } = await answerOf('/things/broken');
    expect(response.status).toBe(500);
    expect(JSON.parse(body)).toEqual({
      type: 'urn:portcullis:server.error',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong on the server.',
      code: 'server.error',
      requestId: response.headers.get('x-request-id'),
    });
    expect(lines).toMatchObject([
      { level: 'error', err: { type: 'Error', stack: expect.stringContaining('at ') as string } },
    ]);
    expect(lines[0]).toMatchObject({ requestId: response.headers.get('x-request-id') });
    expect(lines[0]?.['err']).not.toHaveProperty('query');
  });
});

describe('an outage', () => {
  it('is 503 with a time to come back, and a warning', async () => {
    const { response, body, lines } = await answerOf('/things/outage');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(JSON.parse(body)).toMatchObject({ code: 'server.unavailable' });
    expect(lines).toMatchObject([{ level: 'warn', err: { cause: { code: 'ECONNREFUSED' } } }]);
  });
});

describe('a refusal', () => {
  it('is told as it is, with its headers, and not logged', async () => {
    const { response, body, lines } = await answerOf('/things/refused');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(JSON.parse(body)).toMatchObject({
      code: 'thing.refused',
      detail: 'The thing is refused.',
      title: 'Unauthorized',
    });
    expect(lines).toEqual([]);
  });

  it('of the framework has a stable code, none of its words and is never stored', async () => {
    const { response, body, lines } = await answerOf('/things/forbidden');
    expect(JSON.parse(body)).toMatchObject({ status: 403, code: 'request.forbidden' });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(body).not.toContain('hunter2');
    expect(lines).toEqual([]);
  });
});
