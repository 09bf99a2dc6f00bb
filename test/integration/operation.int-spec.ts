import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createTestDatabase, ServerUnderTest, TcpProxy } from '#testing';
import { ApiClient } from '../support/api-client.js';
import { Scrape } from '../support/scrape.js';

describe('in production', () => {
  let server: ServerUnderTest;
  let ops: string;
  const settings = async () => {
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    return {
      NODE_ENV: 'production',
      DATABASE__URL: await createTestDatabase(),
      SECRETS__KEY: randomBytes(32).toString('base64'),
      JWT__KEYS: JSON.stringify({ keys: [{ ...jwk, kid: 'test' }] }),
      HTTP__PUBLIC_URL: 'https://id.example.org',
      OPS__PORT: '0',
    };
  };

  beforeAll(async () => {
    server = await ServerUnderTest.start(await settings());
    ops = /^ +metrics +(\S+)\/metrics$/m.exec(server.printed)![1]!;
  });

  it('metrics and documentation are on the port for operation only', async () => {
    const [publicClient, opsClient] = [server.url, ops].map((url) => new ApiClient(() => [url]));
    expect(ops).not.toBe(server.url);
    for (const path of ['/metrics', '/docs', '/openapi.json']) {
      expect((await publicClient!.call('GET', path)).status).toBe(404);
      expect((await fetch(ops + path)).status).toBe(200);
    }
    const { body } = await opsClient!.call<{ paths: object; servers: object[] }>('GET', '/openapi.json');
    expect(Object.keys(body.paths)).toContain('/v1/auth/login');
    expect(body.servers).toEqual([{ url: 'https://id.example.org' }]);
  });

  it('the port for operation tells of the whole process, and serves nothing else', async () => {
    const client = new ApiClient(() => [ops]);
    await fetch(`${server.url}/v1/profile`);
    await Scrape.until(ops, (scrape) => scrape.requests('GET', '/v1/profile', 401) === 1);
    expect((await client.call('GET', '/health/live')).body).toEqual({ status: 'ok' });
    expect((await client.call('GET', '/health/ready')).body).toMatchObject({ status: 'ok' });
    for (const path of ['/', '/v1/profile', '/v1/auth/login']) {
      expect((await client.call('GET', path)).body).toMatchObject({ status: 404, code: 'request.not_found' });
    }
  });

  it('a port for operation that is taken is named, and nothing is left running', async () => {
    const second = await ServerUnderTest.spawn({
      ...(await settings()),
      HTTP__PORT: '0',
      OPS__PORT: new URL(ops).port,
    });
    expect(await second.ended()).toBe(1);
    expect(second.printed).toMatch(/EADDRINUSE/);
  });

  it('both ports end together, whoever holds a connection', async () => {
    await Promise.all([fetch(`${ops}/metrics`), fetch(`${server.url}/health/live`)]);
    expect(await server.stop()).toBe(0);
    await expect(fetch(`${ops}/health/live`)).rejects.toThrow();
  });
});

describe('readiness', () => {
  it('is degraded, and says why without naming an address, while Redis is on but does not answer', async () => {
    const redis = await TcpProxy.to('127.0.0.1', 1);
    redis.cut();
    const server = await ServerUnderTest.start({
      DATABASE__URL: await createTestDatabase(),
      REDIS__ENABLED: 'true',
      REDIS__URL: `redis://127.0.0.1:${redis.port}`,
    });
    const client = new ApiClient(() => [server.url]);
    const { status, body } = await client.call('GET', '/health/ready');
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        status: 'degraded',
        checks: { database: 'up', redis: 'down' },
        reason: expect.stringMatching(/^Redis \D+\.$/) as string,
      },
    });
    expect((await Scrape.of(server.url)).value('portcullis_redis_state', { state: 'connecting' })).toBe(1);
    expect(await server.stop()).toBe(0);
    await redis.close();
  });

  it('is a refusal, and comes, while PostgreSQL is silent', async () => {
    const url = new URL(await createTestDatabase());
    const proxy = await TcpProxy.to(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    const server = await ServerUnderTest.start({ DATABASE__URL: url.href });
    const client = new ApiClient(() => [server.url]);
    expect((await client.call('GET', '/health/ready')).body).toEqual({
      status: 'ok',
      checks: { database: 'up', redis: 'off' },
    });
    proxy.stall();
    const { status, body } = await client.call('GET', '/health/ready');
    expect([status, body.code]).toEqual([503, 'server.unavailable']);
    expect((await client.call('GET', '/health/live')).status).toBe(200);
    proxy.resume();
    expect(await server.stop()).toBe(0);
    await proxy.close();
  });
});
