import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { loadConfig } from './load-config.js';

const URL_A = 'postgres://a:hunter2@localhost/a';

describe('where values come from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const fileWith = (text: string) => {
    const file = join(folder, 'file');
    writeFileSync(file, text);
    return file;
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  describe('the .env file', () => {
    it('is read', () => {
      const { http } = loadConfig({}, { envFile: fileWith('HTTP__PORT=4000 # web\nHTTP__HOST="::1"') });
      expect(http).toMatchObject({ port: 4000, host: '::1' });
    });

    it('yields to the environment', () => {
      const { http } = loadConfig({ HTTP__PORT: '5000' }, { envFile: fileWith('HTTP__PORT=4000\nHTTP__HOST=::1') });
      expect(http).toMatchObject({ port: 5000, host: '::1' });
    });

    it('does not yield to an empty variable', () => {
      expect(loadConfig({ HTTP__PORT: '' }, { envFile: fileWith('HTTP__PORT=4000') }).http.port).toBe(4000);
    });

    it('may be missing', () => {
      expect(loadConfig({}, { envFile: join(folder, 'missing') })).toEqual(loadConfig({}));
    });

    it('must be readable if it is there', () => {
      expect(() => loadConfig({}, { envFile: folder })).toThrow(
        new ConfigurationError([`${folder} must be a readable file (EISDIR)`]),
      );
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const config = loadConfig({ HTTP__PORT: '', LOG__LEVEL: '', DATABASE__URL: '', DATABASE__URL_FILE: '' });
    expect(config).toEqual(loadConfig({}));
  });

  describe('the file of a secret', () => {
    it.each(['', '\n', '\r\n'])('gives its content without the newline at the end (%j)', (end) => {
      const { database } = loadConfig({ DATABASE__URL_FILE: fileWith(URL_A + end) });
      expect(database.url?.reveal()).toBe(URL_A);
    });

    it('is checked like the variable', () => {
      expect(() => loadConfig({ SECRETS__KEY_FILE: fileWith('short') })).toThrow(
        /^SECRETS__KEY must be one or several/,
      );
    });

    it('must be readable', () => {
      expect(() => loadConfig({ JWT__KEYS_FILE: join(folder, 'missing') })).toThrow(
        new ConfigurationError(['JWT__KEYS_FILE must name a readable file (ENOENT)']),
      );
    });

    it('must be a file', () => {
      mkdirSync(join(folder, 'inner'));
      expect(() => loadConfig({ JWT__KEYS_FILE: join(folder, 'inner') })).toThrow(
        new ConfigurationError(['JWT__KEYS_FILE must name a readable file (EISDIR)']),
      );
    });

    it.each(['', '\n'])('must not be empty (%j)', (text) => {
      expect(() => loadConfig({ DATABASE__URL_FILE: fileWith(text) })).toThrow(
        new ConfigurationError(['DATABASE__URL_FILE must name a file that is not empty']),
      );
    });

    it('must not be given beside the variable', () => {
      expect(() => loadConfig({ DATABASE__URL: URL_A, DATABASE__URL_FILE: fileWith(URL_A) })).toThrow(
        new ConfigurationError(['DATABASE__URL and DATABASE__URL_FILE must not both be set']),
      );
    });

    it('is for secrets only', () => {
      const { http, warnings } = loadConfig({ HTTP__PORT_FILE: fileWith('4000') });
      expect(http.port).toBe(3000);
      expect(warnings).toEqual(['HTTP__PORT_FILE is not a setting; did you mean HTTP__PORT?']);
    });
  });
});
