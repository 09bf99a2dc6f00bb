import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { ConfigurationError } from './configuration-error.js';
import { loadConfig } from './load-config.js';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const COMPLETE = {
  NODE_ENV: 'production',
  HTTP__PUBLIC_URL: 'https://id.example.org',
  DATABASE__URL: 'postgres://a:b@db/c',
  JWT__KEYS: JSON.stringify({ keys: [{ ...key, kid: 'one' }] }),
  SECRETS__KEY: randomBytes(32).toString('base64'),
};

describe('production', () => {
  it('is what NODE_ENV=production says, and nothing else', () => {
    expect(loadConfig(COMPLETE).production).toBe(true);
    for (const NODE_ENV of ['', 'test', 'true', 'preproduction']) {
      expect(loadConfig({ ...COMPLETE, NODE_ENV }).production).toBe(false);
    }
    for (const NODE_ENV of ['Production', 'prod', 'production ']) {
      expect(() => loadConfig({ ...COMPLETE, NODE_ENV })).toThrow('NODE_ENV');
    }
  });

  it('refuses the embedded database and missing keys, beside all other mistakes', () => {
    expect(() => loadConfig({ NODE_ENV: 'production', HTTP__PORT: 'x' })).toThrow(
      new ConfigurationError([
        'HTTP__PORT must be a whole number from 0 to 65535',
        'DATABASE__URL must be set in production: the embedded database is for development',
        'JWT__KEYS must be set in production: keys kept in the database would let its readers sign tokens',
        'SECRETS__KEY must be set in production: a key kept in the database would let its readers forge refresh tokens',
      ]),
    );
  });

  it('does not call missing what is wrong', () => {
    const mistaken = { ...COMPLETE, DATABASE__URL: '', DATABASE__URL_FILE: '/does/not/exist', JWT__KEYS: '{}' };
    expect(() => loadConfig(mistaken)).toThrow(/^DATABASE__URL_FILE must name .*\nJWT__KEYS must be a JWK set.*$/);
  });

  it('is content with what is complete', () => {
    expect(loadConfig(COMPLETE).warnings).toEqual([]);
  });

  it.each(['', 'http://id.example.org'])('warns of a public URL that is not https: "%s"', (HTTP__PUBLIC_URL) => {
    expect(loadConfig({ ...COMPLETE, HTTP__PUBLIC_URL }).warnings).toEqual([
      expect.stringMatching(/^HTTP__PUBLIC_URL is not https/),
    ]);
  });

  it.each(['0.0.0.0', '::'])('warns of listening on %s without trusted proxies', (HTTP__HOST) => {
    const warning = expect.stringMatching(/^HTTP__HOST is every address/) as string;
    expect(loadConfig({ ...COMPLETE, HTTP__HOST }).warnings).toEqual([warning]);
    expect(loadConfig({ ...COMPLETE, HTTP__HOST, HTTP__TRUSTED_PROXIES: '10.0.0.1' }).warnings).toEqual([]);
  });

  it('warns, as development does, of copies in memory on a database that others may use', () => {
    const warning = expect.stringMatching(/^CACHE__BACKEND is memory/) as string;
    expect(loadConfig({ ...COMPLETE, CACHE__BACKEND: 'memory' }).warnings).toEqual([warning]);
    expect(loadConfig({ ...COMPLETE, CACHE__BACKEND: 'memory', NODE_ENV: '' }).warnings).toEqual([warning]);
    expect(loadConfig({ CACHE__BACKEND: 'memory' }).warnings).toEqual([]);
  });

  it('warns of a Redis elsewhere that asks for no password', () => {
    const warning = expect.stringMatching(/^REDIS__URL has no password/) as string;
    const warningsOf = (env: object) => loadConfig({ ...COMPLETE, REDIS__ENABLED: 'true', ...env }).warnings;
    expect(warningsOf({ REDIS__URL: 'redis://redis:6379' })).toEqual([warning]);
    expect(warningsOf({ REDIS__SENTINELS: 'sentinel:26379' })).toEqual([warning]);
    for (const url of ['redis://:p@redis', 'redis://127.0.0.2', 'redis://localhost', 'redis://[::1]', '']) {
      expect(warningsOf({ REDIS__URL: url })).toEqual([]);
    }
    expect(warningsOf({ REDIS__URL: 'redis://redis:6379', NODE_ENV: '' })).toEqual([]);
  });
});
