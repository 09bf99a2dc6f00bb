import { createHash, randomUUID } from 'node:crypto';
import { copyKey, RedisKeys } from './redis-keys.js';

const digest = (id: string) => createHash('sha256').update(JSON.stringify(id)).digest('base64url');

const IDS = [
  randomUUID(),
  'a',
  'A',
  'a:b',
  'a:b:lease',
  'ana+1@example.com',
  '',
  ' ',
  'a ',
  'a\n',
  'a\u0000',
  '{',
  '}',
  '{}',
  '{a}',
  'a}',
  'a}:lease',
  'ä',
  'a\u0308', // looks like the one above
  '\u{1f3f0}',
  '\ud83c', // half of the one above
  '\udff0',
  '\ufffd', // what UTF-8 makes of the halves
  '\\ud83c',
  '~',
  `~${digest('ä')}`,
  digest('ä'),
  `"${digest('ä')}"`,
  '__proto__',
  'x'.repeat(128),
  'x'.repeat(129),
  'x'.repeat(130),
  `${'x'.repeat(10_000)}y`,
  `${'x'.repeat(10_000)}z`,
  '*',
  '../a',
  'a/b',
  'a%2Fb',
];

describe(copyKey.name, () => {
  const keys = IDS.map((id) => copyKey('kind', id));

  it('is another for every id', () => {
    expect(new Set(keys).size).toBe(IDS.length);
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(IDS.length);
  });

  it('is the same for the same id, in every process', () => {
    expect(IDS.map((id) => copyKey('kind', id))).toEqual(keys);
    expect(copyKey('profile', '01a1fbd7-47ab-70b8-b578-32ee5c8a4ca7')).toBe(
      'profile:{01a1fbd7-47ab-70b8-b578-32ee5c8a4ca7}',
    );
    expect(copyKey('profile', 'ä')).toBe(`profile:{~${digest('ä')}}`);
  });

  it('is another for every kind', () => {
    expect(copyKey('profile', 'a')).not.toBe(copyKey('sessions', 'a'));
  });

  it.each(keys)('has one hash tag, which is not empty, and is short and printable: %s', (key) => {
    expect(key).toMatch(/^kind:\{[^{}]+\}$/);
    expect(key).toMatch(/^[\x21-\x7e]{1,150}$/);
  });
});

describe(RedisKeys.name, () => {
  const redis = new RedisKeys('pc');
  const epochs = ['1-AAAAAAAAAAA', '2-AAAAAAAAAAA'];

  it('begins every key with prefix and epoch', () => {
    expect(redis.copy('7-x', copyKey('profile', 'a'))).toBe('pc:7-x:profile:{a}');
    expect(redis.lease('7-x', copyKey('profile', 'a'))).toBe('pc:7-x:profile:{a}:lease');
  });

  it('has a place of its own for every copy and every lease, under every epoch', () => {
    const all = epochs.flatMap((epoch) =>
      IDS.map((id) => copyKey('kind', id)).flatMap((key) => [redis.copy(epoch, key), redis.lease(epoch, key)]),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('keeps a copy and its lease together, by the hash tag', () => {
    const tag = (key: string) => /\{([^}]+)\}/.exec(key)![1];
    for (const key of IDS.map((id) => copyKey('kind', id))) {
      expect(tag(redis.lease('1-x', key))).toBe(tag(redis.copy('1-x', key)));
    }
  });
});
