import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfig } from '#config';
import { createTestDatabase, ServerUnderTest } from '#testing';
import { ApiClient } from '../support/api-client.js';
import { newPerson } from '../support/people.js';

interface Service {
  image?: string;
  environment: Record<string, string>;
  secrets?: string[];
  healthcheck: { test: string[] };
  read_only?: boolean;
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
}

interface Compose {
  services: Record<'api' | 'postgres', Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, null>;
}

const composed = async (file: string) => parse(await readFile(file, 'utf8')) as Compose;

/** Without a Docker engine: what the files say must be true of the server. */
describe('the deployment', () => {
  let folder: string;
  let compose: Compose;
  let settings: Record<string, string>;

  /** As Compose would hand them over, with files of secrets in a folder of the test and a free port. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-secrets-'));
    compose = await composed('docker-compose.prod.yml');
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const secrets = {
      database_url: await createTestDatabase(),
      secrets_key: randomBytes(32).toString('base64'),
      jwt_keys: JSON.stringify({ keys: [{ ...jwk, kid: 'test' }] }),
    };
    for (const [name, secret] of Object.entries(secrets)) await writeFile(join(folder, name), `${secret}\n`);
    settings = Object.fromEntries(
      Object.entries(compose.services.api.environment).map(([name, value]) => [name, inPlace(value)]),
    );
  });

  afterAll(() => rm(folder, { recursive: true }));

  const inPlace = (value: string) =>
    value
      .replace(/^\$\{PUBLIC_URL:.*\}$/, 'https://id.example.org')
      .replace(/^\$\{TRUSTED_PROXIES:.*\}$/, '127.0.0.1')
      .replace('/run/secrets', folder);

  it('gives the server settings that it knows and accepts, and no doubts', () => {
    expect(loadConfig(settings)).toMatchObject({ production: true, warnings: [] });
  });

  it('has a secret for every file that it names, and no default for any', () => {
    const { services, secrets } = compose;
    for (const { environment, secrets: granted = [] } of Object.values(services)) {
      const named = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
      expect(named.map((path) => path.replace('/run/secrets/', '')).sort()).toEqual([...granted].sort());
      for (const name of granted) expect(secrets[name]!.file).toBe(`./secrets/${name}`);
    }
    expect(services.api).toMatchObject({ read_only: true, depends_on: { postgres: { condition: 'service_healthy' } } });
  });

  it('asks of every service whether it is well', async () => {
    for (const file of ['docker-compose.yml', 'docker-compose.prod.yml']) {
      const { services, volumes } = await composed(file);
      expect(services.postgres.healthcheck.test).toEqual([
        'CMD',
        'pg_isready',
        '-U',
        services.postgres.environment.POSTGRES_USER,
      ]);
      expect(Object.keys(volumes)).toEqual(services.postgres.volumes!.map((volume) => volume.split(':')[0]));
    }
    expect(compose.services.api.healthcheck.test.join(' ')).toContain('/health/ready');
  });

  it('starts by the command of its image, as production: without documentation', async () => {
    const dockerfile = await readFile('Dockerfile', 'utf8');
    expect(dockerfile).toContain('CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]');
    expect(dockerfile).toContain('USER node');
    const server = await ServerUnderTest.start({ ...settings, HTTP__PORT: '0', HTTP__HOST: '127.0.0.1' });
    const client = new ApiClient(() => [server.url]);
    await newPerson(client);
    for (const path of ['/docs', '/openapi.json']) expect((await client.call('GET', path)).status).toBe(404);
    expect(server.printed).toContain('docs      off in production');
    expect(await server.stop()).toBe(0);
  });
});
