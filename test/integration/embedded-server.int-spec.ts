import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerUnderTest } from '#testing';
import { ApiClient } from '../support/api-client.js';
import { accessStatus, logIn, newPerson, refreshStatus } from '../support/people.js';

/** What `npm start` gives: no configuration at all, but for a folder and a port. */
describe('the server on its embedded default', () => {
  let folder: string;
  let server: ServerUnderTest;
  const client = new ApiClient(() => [server.url]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-embedded-'));
    server = await ServerUnderTest.start({ DATABASE__DATA_DIR: folder });
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await rm(folder, { recursive: true });
  });

  it('says first where it listens, on what it stands and where it is described', () => {
    expect(server.printed.split('\n').slice(0, 5)).toEqual([
      `Portcullis listens on ${server.url}`,
      expect.stringMatching(/^ {2}database {2}embedded PostgreSQL 18\.\d+ in /),
      '  redis     off',
      `  docs      ${server.url}/docs`,
      `  metrics   ${server.url}/metrics`,
    ]);
  });

  it('serves its description and Swagger UI', async () => {
    const description = await fetch(`${server.url}/openapi.json`);
    expect(await description.json()).toMatchObject({ openapi: '3.1.0' });
    const page = await fetch(`${server.url}/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const path of ['/health/live', '/health/ready']) expect((await client.call('GET', path)).status).toBe(200);
  });

  it('reads a profile from memory until it changes', async () => {
    const { accessToken: token } = await newPerson(client);
    const served = async () => (await client.call('GET', '/v1/profile', { token })).headers.get('cache-status');
    expect([await served(), await served()]).toEqual(['portcullis; fwd=miss', 'portcullis; hit; detail=L1']);
    await client.call('PATCH', '/v1/profile', { token, body: { bio: 'Climbs gates.' } });
    expect([await served(), await served()]).toEqual(['portcullis; fwd=miss', 'portcullis; hit; detail=L1']);
  });

  it('lets no second server have its data', async () => {
    const second = await ServerUnderTest.spawn({ HTTP__PORT: '0', DATABASE__DATA_DIR: folder });
    expect(await second.ended()).toBe(1);
    expect(second.printed).toContain('DATABASE__DATA_DIR');
    expect(second.printed).not.toContain('    at ');
  });

  it('knows after a crash who is logged in and who is not', async () => {
    const ana = await newPerson(client);
    const ended = await logIn(client, ana);
    await client.call('POST', '/v1/auth/logout', { token: ended.accessToken });
    await server.kill();
    server = await ServerUnderTest.start({ DATABASE__DATA_DIR: folder });
    expect(await accessStatus(client, ana)).toBe(200);
    expect(await accessStatus(client, ended)).toBe(401);
    expect(await refreshStatus(client, ended)).toBe(401);
  });
});
