import { createTestDatabase, ServerUnderTest, TcpProxy } from '#testing';
import { ApiClient } from '../support/api-client.js';
import { accessStatus, newCredentials, newPerson } from '../support/people.js';

describe('a server', () => {
  describe('that loses PostgreSQL', () => {
    let proxy: TcpProxy;
    let server: ServerUnderTest;
    const client = new ApiClient(() => [server.url]);

    beforeAll(async () => {
      const url = new URL(await createTestDatabase());
      proxy = await TcpProxy.to(url.hostname, Number(url.port));
      url.port = String(proxy.port);
      server = await ServerUnderTest.start({ DATABASE__URL: url.href });
    });

    afterAll(async () => {
      proxy.cut();
      expect(await server.stop()).toBe(0);
      await proxy.close();
    });

    it('answers 503 to everybody, lets nobody in, and is itself again when PostgreSQL is', async () => {
      const ana = await newPerson(client);
      proxy.cut();
      const { email, password, accessToken: token, refreshToken } = ana;
      const answers = await Promise.all([
        client.call('GET', '/v1/profile', { token }),
        client.call('GET', '/v1/profile', { token }),
        client.call('PATCH', '/v1/profile', { token, body: { bio: 'lost' } }),
        client.call('DELETE', '/v1/sessions?scope=all', { token }),
        client.call('POST', '/v1/auth/login', { body: { email, password } }),
        client.call('POST', '/v1/auth/register', { body: newCredentials() }),
        client.call('POST', '/v1/auth/refresh', { body: { refreshToken } }),
        client.call('GET', '/health/ready'),
      ]);
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
        answers.map(() => [503, 'server.unavailable']),
      );
      expect((await client.call('GET', '/health/live')).status).toBe(200);
      expect((await client.call('GET', '/v1/profile')).status).toBe(401);

      proxy.mend();
      expect((await client.call('GET', '/health/ready')).status).toBe(200);
      expect(await accessStatus(client, ana)).toBe(200);
      expect((await client.call('GET', '/v1/profile', { token })).body).toMatchObject({ bio: null, version: 1 });
    });
  });

  it('that is asked to end answers what it has begun, and ends well', async () => {
    const server = await ServerUnderTest.start({ DATABASE__URL: await createTestDatabase() });
    const client = new ApiClient(() => [server.url]);
    const { email, password } = await newPerson(client);
    const logins = Array.from({ length: 30 }, () =>
      client.call('POST', '/v1/auth/login', { body: { email, password } }),
    );
    await Promise.all(logins.slice(0, 8)); // they are answered in the order of their arrival: all have arrived
    const [code, ...answers] = await Promise.all([server.stop(), ...logins]);
    expect(code).toBe(0);
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
  });

  it('that has more logins to hash than it can queue asks to try again', async () => {
    const server = await ServerUnderTest.start({ DATABASE__URL: await createTestDatabase() });
    const client = new ApiClient(() => [server.url]);
    const body = newCredentials();
    const answers = await Promise.all(
      Array.from({ length: 600 }, () => client.call('POST', '/v1/auth/login', { body })),
    );
    const codes = new Set(answers.map(({ body: problem }) => problem.code));
    expect(codes).toEqual(new Set(['auth.busy', 'auth.invalid_credentials']));
    expect((await client.call('POST', '/v1/auth/login', { body })).status).toBe(401);
    expect(await server.stop()).toBe(0);
  });

  describe('that cannot start', () => {
    const fails = async (settings: Record<string, string>) => {
      const server = await ServerUnderTest.spawn(settings);
      expect(await server.ended()).toBe(1);
      expect(server.printed).not.toContain('    at ');
      return server.printed;
    };

    it('names every mistake of its configuration, and no value', async () => {
      const printed = await fails({ HTTP__PORT: 'hunter2', SECRETS__KEY: 'hunter2', NODE_ENV: 'production' });
      for (const name of ['HTTP__PORT', 'SECRETS__KEY', 'DATABASE__URL', 'JWT__KEYS']) expect(printed).toContain(name);
      expect(printed).not.toContain('hunter2');
    });

    it('says that its tables are behind, when it may not migrate', async () => {
      const settings = { DATABASE__URL: await createTestDatabase(), DATABASE__MIGRATE_AT_START: 'false' };
      expect(await fails(settings)).toContain('npm run migrate');
    });

    it('says that its port is taken', async () => {
      const settings = { DATABASE__URL: await createTestDatabase() };
      const first = await ServerUnderTest.start(settings);
      expect(await fails({ ...settings, HTTP__PORT: new URL(first.url).port })).toContain('EADDRINUSE');
      expect(await first.stop()).toBe(0);
    });
  });
});
