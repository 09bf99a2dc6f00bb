import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { ConfigurationError } from './configuration-error.js';
import { loadConfig } from './load-config.js';

const URL_ELSEWHERE = 'rediss://portcullis:hunter2@redis.example.org:6380/2';
const warningsOf = (env: Record<string, string>) => loadConfig(env).warnings;

describe('Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the one of this machine unless another is named', () => {
    expect(loadConfig({ REDIS__ENABLED: 'true' }).redis.url.reveal()).toBe('redis://127.0.0.1:6379');
    expect(loadConfig({ REDIS__ENABLED: 'true', REDIS__URL: URL_ELSEWHERE }).redis.url.reveal()).toBe(URL_ELSEWHERE);
  });

  it('is found through its sentinels', () => {
    const { redis, warnings } = loadConfig({
      REDIS__ENABLED: 'true',
      REDIS__URL: URL_ELSEWHERE,
      REDIS__SENTINELS: 'sentinel-1:26379, [::1]:26380',
      REDIS__SENTINEL_MASTER: 'sessions',
      REDIS__SENTINEL_PASSWORD: 'hunter3',
    });
    const sentinels = [
      { host: 'sentinel-1', port: 26379 },
      { host: '::1', port: 26380 },
    ];
    expect(redis).toMatchObject({ sentinels, sentinelMaster: 'sessions' });
    expect(redis.sentinelPassword?.reveal()).toBe('hunter3');
    expect(warnings).toEqual([]);
  });

  it('holds no copies while it is off', () => {
    expect(() => loadConfig({ CACHE__BACKEND: 'redis' })).toThrow(
      new ConfigurationError(['CACHE__BACKEND must not be redis while REDIS__ENABLED is false']),
    );
    expect(loadConfig({ CACHE__BACKEND: 'redis', REDIS__ENABLED: 'true' }).cache.backend).toBe('redis');
  });

  it('is not called off when its switch was not understood', () => {
    expect(() => loadConfig({ CACHE__BACKEND: 'redis', REDIS__ENABLED: 'yes' })).toThrow(
      new ConfigurationError(['REDIS__ENABLED must be true or false']),
    );
  });

  it.each<[string, Record<string, string>]>([
    ['a URL', { REDIS__URL: URL_ELSEWHERE }],
    ['sentinels', { REDIS__SENTINELS: 'sentinel:26379' }],
  ])('is doubted when %s is given and it is off', (_, given) => {
    expect(warningsOf(given)).toEqual(['REDIS__ENABLED is false: the Redis that is given has no effect']);
    expect(warningsOf({ ...given, REDIS__ENABLED: 'true' })).toEqual([]);
  });

  it('is doubted beside copies in memory', () => {
    const warning = 'CACHE__BACKEND is memory although REDIS__ENABLED is true: Redis keeps copies of sessions only';
    expect(warningsOf({ CACHE__BACKEND: 'memory', REDIS__ENABLED: 'true' })).toEqual([warning]);
  });

  it('is doubted when a certificate is given that a plain connection does not use', async () => {
    const file = join(folder, 'ca.pem');
    await writeFile(file, (await generate(undefined, { keyType: 'ec' })).cert);
    const given = { REDIS__ENABLED: 'true', REDIS__TLS_CA_FILE: file };
    expect(loadConfig({ ...given, REDIS__URL: 'rediss://localhost' }).redis.tlsCa).toContain('BEGIN CERTIFICATE');
    expect(warningsOf({ ...given, REDIS__URL: 'rediss://localhost' })).toEqual([]);
    expect(warningsOf({ ...given, REDIS__URL: 'redis://localhost' })).toEqual([
      'REDIS__URL is not rediss://: there is no TLS, and REDIS__TLS_CA_FILE has no effect',
    ]);
  });
});
