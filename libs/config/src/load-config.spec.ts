import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { SECTIONS } from './config.js';
import { ConfigurationError } from './configuration-error.js';
import { loadConfig } from './load-config.js';
import { Secret } from './secret.js';
import { sectionOf } from './setting.js';

const SETTINGS = Object.values(SECTIONS).flatMap((Section) => sectionOf(Section).settings);
const DAY = 86_400;
const key = randomBytes(32).toString('base64');
const jwk = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'one' };

function mistakesOf(env: Record<string, string>): ConfigurationError {
  try {
    loadConfig(env);
  } catch (error) {
    return error as ConfigurationError;
  }
  throw new Error('The configuration has no mistakes');
}

/** All objects that can be reached from the value through properties. */
function reachable(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(reachable)];
}

describe(loadConfig.name, () => {
  it('needs nothing', () => {
    expect(loadConfig({})).toEqual({
      production: false,
      http: { host: '127.0.0.1', port: 3000, publicUrl: null, trustedProxies: [] },
      ops: { host: '127.0.0.1', port: 9090 },
      log: { level: 'info' },
      database: { url: null, directUrl: null, dataDir: './data', poolSize: 10, migrateAtStart: true },
      redis: {
        enabled: false,
        url: expect.any(Secret) as Secret<string>,
        sentinels: [],
        sentinelMaster: 'mymaster',
        sentinelPassword: null,
        tlsCa: null,
        keyPrefix: 'pc',
        commandTimeoutMs: 75,
      },
      coherence: { fenceLeaseMs: 1000, handoverMs: 250, databaseGraceMs: 10_000 },
      cache: {
        backend: 'auto',
        memoryLeaseMs: 100,
        memoryMaxEntries: 10_000,
        memoryMaxBytes: 67_108_864,
        profileTtlSeconds: 300,
      },
      sessions: {
        idleSeconds: DAY,
        absoluteSeconds: 7 * DAY,
        rememberedIdleSeconds: 30 * DAY,
        rememberedAbsoluteSeconds: 90 * DAY,
        refreshGraceSeconds: 20,
        freshSeconds: 300,
        freshForEnding: false,
        maxPerUser: 50,
        capPolicy: 'end_oldest',
      },
      jwt: { keys: null, issuer: 'portcullis', audience: 'portcullis', accessTtlSeconds: 600 },
      secrets: { keys: null },
      warnings: [],
    });
  });

  it('reads the secrets', () => {
    const older = randomBytes(32).toString('base64');
    const { database, jwt, secrets } = loadConfig({
      DATABASE__URL: 'postgresql://a:b@db/c',
      DATABASE__DIRECT_URL: 'postgres:///c?host=/run/postgresql',
      JWT__KEYS: JSON.stringify({ keys: [jwk] }),
      SECRETS__KEY: `${key}, ${older}`,
    });
    expect(database.url?.reveal()).toBe('postgresql://a:b@db/c');
    expect(database.directUrl?.reveal()).toBe('postgres:///c?host=/run/postgresql');
    expect(jwt.keys?.reveal()).toEqual({ keys: [jwk] });
    expect(secrets.keys?.reveal()).toEqual([key, older].map((text) => Buffer.from(text, 'base64')));
  });

  it('makes an origin of the public URL', () => {
    const originOf = (HTTP__PUBLIC_URL: string) => loadConfig({ HTTP__PUBLIC_URL }).http.publicUrl;
    expect(originOf('https://ID.example.org:443/')).toBe('https://id.example.org');
    expect(originOf('http://localhost:8080')).toBe('http://localhost:8080');
  });

  it.each([
    ...['http://h', 'a b', 'h/x', 'h,i'].map((text) => ['HTTP__HOST', text]),
    ...['-1', '65536'].map((text) => ['HTTP__PORT', text]),
    ...['id.example.org', 'ftp://h', 'https://h/x', 'https://h?x', 'https://h/#', 'https://u@h', 'https:'].map(
      (text) => ['HTTP__PUBLIC_URL', text],
    ),
    ...['proxy', '10.0.0.1,', '0.0.0.0/0'].map((text) => ['HTTP__TRUSTED_PROXIES', text]),
    ['LOG__LEVEL', 'INFO'],
    ...['mysql://h/d', 'postgres', 'h:5432/d', 'postgres:h'].map((text) => ['DATABASE__URL', text]),
    ['DATABASE__DIRECT_URL', 'http://h/d'],
    ...['1', '1001'].map((text) => ['DATABASE__POOL_SIZE', text]),
    ['DATABASE__MIGRATE_AT_START', '1'],
    ...['http://redis', 'redis://redis/name', 'redis'].map((text) => ['REDIS__URL', text]),
    ...['sentinel', 'sentinel:26379,', '::1:26379'].map((text) => ['REDIS__SENTINELS', text]),
    ['REDIS__SENTINEL_MASTER', 'two words'],
    ['REDIS__TLS_CA_FILE', '/does/not/exist'],
    ...['pc:', 'a'.repeat(33), '{pc}'].map((text) => ['REDIS__KEY_PREFIX', text]),
    ...['19', '1001'].map((text) => ['REDIS__COMMAND_TIMEOUT_MS', text]),
    ['OPS__HOST', 'http://h'],
    ['OPS__PORT', '65536'],
    ...['199', '10001'].map((text) => ['COHERENCE__FENCE_LEASE_MS', text]),
    ...['49', '5001'].map((text) => ['COHERENCE__HANDOVER_MS', text]),
    ['CACHE__BACKEND', 'Redis'],
    ...['59', '34560001'].map((text) => ['SESSIONS__ABSOLUTE_SECONDS', text]),
    ...['59', '604801'].map((text) => ['SESSIONS__IDLE_SECONDS', text]),
    ['SESSIONS__REMEMBERED_IDLE_SECONDS', '7776001'],
    ['SESSIONS__REFRESH_GRACE_SECONDS', '121'],
    ...['0', '10001'].map((text) => ['SESSIONS__MAX_PER_USER', text]),
    ['SESSIONS__CAP_POLICY', 'end-oldest'],
    ['JWT__KEYS', '{"keys":[]}'],
    ['JWT__ISSUER', 'two words'],
    ...['59', '3601'].map((text) => ['JWT__ACCESS_TTL_SECONDS', text]),
    ...['c2hvcnQ=', key.slice(0, -1), `${key}A`, `${key},`, ` ${key};${key}`].map((text) => ['SECRETS__KEY', text]),
  ] as [string, string][])('refuses %s=%s', (variable, text) => {
    expect(mistakesOf({ [variable]: text }).message).toMatch(new RegExp(`^${variable} must `, 'm'));
  });

  it('refuses an idle limit above the absolute one', () => {
    expect(() => loadConfig({ SESSIONS__ABSOLUTE_SECONDS: '3600', SESSIONS__IDLE_SECONDS: '3601' })).toThrow(
      new ConfigurationError(['SESSIONS__IDLE_SECONDS must not exceed SESSIONS__ABSOLUTE_SECONDS']),
    );
  });

  it('reports all mistakes at once, a line each', () => {
    const error = mistakesOf({ HTTP__PORT: 'x', LOG__LEVEL: 'x', DATABASE__URL: 'x', SECRETS__KEY: 'x' });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message.split('\n')).toEqual([
      'HTTP__PORT must be a whole number from 0 to 65535',
      'LOG__LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
      expect.stringMatching(/^DATABASE__URL must be a URL such as postgres:/),
      'SECRETS__KEY must be one or several strings of base64, each of exactly 32 bytes, separated by commas',
    ]);
  });

  it('never repeats a value that was given', () => {
    const anyText = ['DATABASE__DATA_DIR', 'REDIS__SENTINEL_PASSWORD'];
    const values = new Map(SETTINGS.map(({ variable }) => [variable, `${randomBytes(9).toString('hex')} /`]));
    const error = mistakesOf({ NODE_ENV: 'production', ...Object.fromEntries(values) });
    const shown = [String(error), error.stack, inspect(error, { depth: 9 }), JSON.stringify(error)].join();
    expect(error.mistakes).toHaveLength(SETTINGS.length - anyText.length);
    expect([...values.values()].filter((value) => shown.includes(value))).toEqual([]);
  });

  it('never repeats a secret that is almost right', () => {
    const env = {
      DATABASE__URL: 'postgress://admin:hunter2@db/c',
      DATABASE__DIRECT_URL: 'postgres://admin:hun/ter2@db/c',
      REDIS__URL: 'redis://admin:hun/ter2@redis',
      JWT__KEYS: JSON.stringify({ keys: [jwk, jwk] }),
      SECRETS__KEY: `${key},${key}=`,
    };
    const error = mistakesOf(env);
    const shown = [error.stack, inspect(error, { depth: 9 }), JSON.stringify(error)].join();
    expect(error.mistakes).toHaveLength(5);
    for (const part of ['hunter2', 'hun/ter2', 'admin', jwk.d!, jwk.x!, key]) expect(shown).not.toContain(part);
  });

  it('is safe to print', () => {
    const JWT__KEYS = JSON.stringify({ keys: [jwk] });
    const DATABASE__URL = 'postgres://a:hunter2@db/c';
    const REDIS__URL = 'redis://:hunter3@redis';
    const REDIS__SENTINEL_PASSWORD = 'hunter4';
    const config = loadConfig({ DATABASE__URL, REDIS__URL, REDIS__SENTINEL_PASSWORD, JWT__KEYS, SECRETS__KEY: key });
    const shown = JSON.stringify(config) + inspect(config, { depth: 9, showHidden: true });
    for (const part of ['hunter2', 'hunter3', 'hunter4', jwk.d!, key]) expect(shown).not.toContain(part);
  });

  it('is frozen to the bottom', () => {
    const env = {
      HTTP__TRUSTED_PROXIES: '10.0.0.1',
      REDIS__SENTINELS: 's:1',
      JWT__KEYS: JSON.stringify({ keys: [jwk] }),
    };
    const config = loadConfig({ ...env, SECRETS__KEY: key });
    const objects = [config, config.jwt.keys?.reveal()].flatMap(reachable);
    expect(objects.filter((object) => !Object.isFrozen(object))).toEqual([]);
    expect(Object.isFrozen(config.secrets.keys?.reveal())).toBe(true);
  });

  it.each([
    'postgres://user:123/456secret@host/db',
    'postgres://user:12#secret@host/db',
    'postgres://user:12?secret@host/db',
    'postgres://user:p%ZZ@host/db',
    'mysql://host/db',
  ])('refuses a database URL whose password is not encoded (%#)', (DATABASE__URL) => {
    expect(() => loadConfig({ DATABASE__URL })).toThrow('DATABASE__URL must be');
  });
});
