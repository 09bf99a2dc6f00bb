import { readRedisUrl } from './redis-url.js';

describe(readRedisUrl.name, () => {
  it.each([
    'redis://127.0.0.1',
    'redis://127.0.0.1:6379/',
    'redis://[::1]:6379/15',
    'rediss://redis.example.org:6380',
    'redis://:p%40ss%2Fword@redis',
    'rediss://portcullis:secret@redis:6379/2',
  ])('takes %s', (text) => {
    expect(readRedisUrl(text)).toBe(text);
  });

  it.each([
    '',
    'redis',
    'redis:6379',
    'redis:///0',
    'http://redis',
    'REDIS://redis',
    'unix:///run/redis.sock',
    'redis://redis/name',
    'redis://redis/0/1',
    'redis://redis/-1',
    'redis://redis:65536',
    'redis://redis?family=6',
    'redis://redis/#0',
    'redis://user:pass/word@redis',
    'redis://user:pass#word@redis',
    'redis://user:pass?word@redis',
    'redis://user:p%ZZ@redis',
    'redis://user:p%FF@redis',
  ])('refuses "%s"', (text) => {
    expect(readRedisUrl(text)).toBeUndefined();
  });
});
