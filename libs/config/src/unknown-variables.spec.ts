import { editDistance } from './edit-distance.js';
import { loadConfig } from './load-config.js';

describe('a variable that is no setting', () => {
  it.each([
    ['HTTP__PROT', 'HTTP__PORT'],
    ['http__host', 'HTTP__HOST'],
    ['SESSIONS__IDLE', 'SESSIONS__IDLE_SECONDS'],
    ['SECRETS__KEYS', 'SECRETS__KEY'],
    ['REDIS__URI_FILE', 'REDIS__URL_FILE'],
    ['JWT__KEY_FILE', 'JWT__KEYS_FILE'],
  ])('is reported with the nearest name: %s', (given, nearest) => {
    expect(loadConfig({ [given]: 'hunter2' }).warnings).toEqual([
      `${given} is not a setting; did you mean ${nearest}?`,
    ]);
  });

  it('is nobody’s business outside the sections', () => {
    const env = { PATH: '/bin', HTTP_PROXY: 'http://proxy', OTHER__PORT: '1', NODE_OPTIONS: '--no-warnings' };
    expect(loadConfig(env).warnings).toEqual([]);
  });
});

describe(editDistance.name, () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['kitten', 'sitting', 3],
    ['PORT', 'PROT', 2],
  ])('counts the changes from "%s" to "%s"', (from, to, changes) => {
    expect(editDistance(from, to)).toBe(changes);
  });
});
