import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'dotenv';
import { loadConfig, renderEnvExample } from '#config';
import { createTestDatabase, RedisUnderTest, ServerUnderTest } from '#testing';
import { ApiClient } from '../support/api-client.js';
import { type Compose, filledIn, readCompose } from '../support/compose-file.js';
import { newPerson } from '../support/people.js';

const run = promisify(execFile);
const PASSWORD = randomBytes(32).toString('hex');

const inBytes = (value: string) => (value.endsWith('mb') ? String(Number.parseInt(value, 10) * 2 ** 20) : value);

/** Without a Docker engine: what docker-compose.prod.yml says must be true of the server and of Redis. */
describe('the deployment', () => {
  let folder: string;
  let compose: Compose;
  let redis: RedisUnderTest;
  let settings: Record<string, string>;

  /** As Compose would hand them over, with files of secrets in a folder of the test. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-secrets-'));
    compose = await readCompose('docker-compose.prod.yml');
    redis = await RedisUnderTest.start({ password: PASSWORD, args: compose.services.redis!.command! });
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const secrets = {
      database_url: await createTestDatabase(),
      redis_password: PASSWORD,
      redis_url: redis.url,
      secrets_key: randomBytes(32).toString('base64'),
      jwt_keys: JSON.stringify({ keys: [{ ...jwk, kid: 'test' }] }),
    };
    for (const [name, secret] of Object.entries(secrets)) await writeFile(join(folder, name), `${secret}\n`);
    const given = Object.entries(compose.services.api!.environment!);
    settings = Object.fromEntries(given.map(([name, value]) => [name, inPlace(value)]));
  });

  afterAll(async () => {
    await redis.stop();
    await rm(folder, { recursive: true });
  });

  const inPlace = (text: string) =>
    filledIn(text, { PUBLIC_HOST: 'id.example.org' }).replaceAll('/run/secrets', folder);

  it('gives the server settings that it knows and accepts, and no doubts', () => {
    const known = Object.keys(parse(renderEnvExample()));
    for (const name of Object.keys(settings)) expect(known).toContain(name.replace(/_FILE$/, ''));
    expect(loadConfig(settings)).toMatchObject({ production: true, redis: { enabled: true }, warnings: [] });
  });

  it('gives Redis flags that it understands', async () => {
    const flags = [...compose.services.redis!.command!.join('\n').matchAll(/^--(.+)\n(.*)$/gm)];
    expect(flags.length).toBeGreaterThan(5);
    for (const [, name, value] of flags) {
      expect(await redis.command('CONFIG', 'GET', name!)).toEqual([name, inBytes(value!)]);
    }
  });

  it('hands Redis its password where no list of processes shows it', async () => {
    const { entrypoint, command } = compose.services.redis!;
    await writeFile(join(folder, 'redis-server'), '#!/bin/sh\nfor each in "$@"; do echo "[$each]"; done\ncat\n');
    await chmod(join(folder, 'redis-server'), 0o755);
    const [shell, ...args] = [...entrypoint!, ...command!].map(inPlace) as [string, ...string[]];
    const { stdout } = await run(shell, args, { env: { PATH: `${folder}:${process.env.PATH}` } });
    const seen = command!.map((argument) => `[${argument}]`);
    expect(stdout.trim().split('\n')).toEqual([...seen, '[-]', `requirepass ${PASSWORD}`]);
  });

  it('starts the server as production: without documentation, and well by the check of its container', async () => {
    const server = await ServerUnderTest.start({
      ...settings,
      HTTP__PORT: '0',
      HTTP__HOST: '127.0.0.1',
      OPS__PORT: '0',
      REDIS__COMMAND_TIMEOUT_MS: '1000', // the machine may be busy
      COHERENCE__FENCE_LEASE_MS: '5000',
    });
    const client = new ApiClient(() => [server.url]);
    await newPerson(client);
    for (const path of ['/docs', '/openapi.json']) expect((await client.call('GET', path)).status).toBe(404);
    expect(server.printed).toMatch(/^ {2}redis {5}on$/m);

    const [, , ...check] = compose.services.api!.healthcheck.test;
    const isWell = check.map((argument) => argument.replace('http://127.0.0.1:3000', server.url));
    await run(process.execPath, isWell);
    expect(await server.stop()).toBe(0);
    await expect(run(process.execPath, isWell)).rejects.toMatchObject({ code: 1 });
  });
});
