import { clientSettings, retryAfterMs } from './client-settings.js';
import type { RedisOptions } from './redis.options.js';

const settings = (options: Partial<RedisOptions>) =>
  clientSettings(
    {
      url: 'redis://redis',
      sentinels: [],
      sentinelMaster: 'mymaster',
      sentinelPassword: null,
      tlsCa: null,
      keyPrefix: 'pc',
      commandTimeoutMs: 75,
      ...options,
    },
    () => 0.5,
  );

describe(clientSettings.name, () => {
  it.each([
    ['redis://10.0.0.1', { host: '10.0.0.1', port: 6379, db: 0 }],
    ['redis://redis:6380/', { host: 'redis', port: 6380, db: 0 }],
    ['redis://redis/15', { host: 'redis', port: 6379, db: 15 }],
    ['redis://[::1]:6380/1', { host: '::1', port: 6380, db: 1 }],
    ['redis://:pass@redis', { host: 'redis', password: 'pass' }],
    ['redis://ana@redis', { host: 'redis', username: 'ana' }],
    ['redis://%C3%A4na%3A:p%40ss%2Fw%25rd+%C3%A4@redis', { username: 'äna:', password: 'p@ss/w%rd+ä' }],
  ])('finds the server of %s', (url, found) => {
    expect(settings({ url })).toMatchObject(found);
  });

  it('names no account where the URL names none', () => {
    expect(Object.keys(settings({}))).not.toEqual(expect.arrayContaining(['username']));
    expect(Object.keys(settings({}))).not.toEqual(expect.arrayContaining(['password']));
  });

  it.each([
    ['redis://redis', null, undefined],
    ['redis://redis', 'PEM', undefined],
    ['rediss://redis', null, {}],
    ['rediss://redis', 'PEM', { ca: 'PEM' }],
  ])('speaks to %s, with the authority %s, over TLS: %j', (url, tlsCa, tls) => {
    expect(settings({ url, tlsCa }).tls).toEqual(tls);
  });

  it('fails at once, and sends nothing that its caller has given up', () => {
    expect(settings({ commandTimeoutMs: 75 })).toMatchObject({
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 75,
      disconnectTimeout: 0,
    });
  });

  it.each([20, 75, 1_000])('gives up a silent connection only when commands of %i ms have long failed', (timeout) => {
    const { socketTimeout } = settings({ commandTimeoutMs: timeout });
    expect(socketTimeout).toBeGreaterThanOrEqual(5 * timeout);
    expect(socketTimeout).toBeLessThanOrEqual(10_000);
  });

  it('connects anew after a refusal that only another server can lift, without sending the command again', () => {
    const { reconnectOnError } = settings({});
    expect(reconnectOnError!(new Error("READONLY You can't write against a read only replica."))).toBe(1);
    expect(reconnectOnError!(new Error('OOM command not allowed'))).toBe(false);
    expect(reconnectOnError!(new Error('ERR a READONLY word'))).toBe(false);
  });

  it('never stops trying to connect', () => {
    const { retryStrategy } = settings({});
    for (const attempt of [1, 2, 100, 1_000_000]) expect(retryStrategy!(attempt)).toEqual(expect.any(Number));
  });

  describe('with sentinels', () => {
    const sentinels = [
      { host: 'one', port: 26379 },
      { host: '::1', port: 26380 },
    ];
    const behind = (options: Partial<RedisOptions>) => settings({ sentinels, sentinelMaster: 'main', ...options });

    it('asks them for the master, and takes only the account and the database from the URL', () => {
      const found = behind({ url: 'redis://ana:p%40ss@ignored:1/2' });
      expect(found).toMatchObject({ sentinels, name: 'main', role: 'master' });
      expect(found).toMatchObject({ username: 'ana', password: 'p@ss', db: 2 });
      expect([found.host, found.port, found.tls, found.sentinelTLS]).toEqual(Array(4).fill(undefined));
    });

    it('waits for none of them for ever', () => {
      const { sentinelCommandTimeout, sentinelRetryStrategy } = behind({});
      expect(sentinelCommandTimeout).toBeLessThanOrEqual(1_000);
      for (const attempt of [1, 1_000]) expect(sentinelRetryStrategy!(attempt)).toBeLessThanOrEqual(1_000);
    });

    it('does not have the client listen for fail-overs', () => {
      // Its own detector ends the client for good when it speaks up while that is connecting.
      expect(behind({}).failoverDetector).toBeUndefined();
    });

    it.each([
      [null, {}],
      ['PEM', { ca: 'PEM' }],
    ])('speaks to them, too, over TLS, with the authority %s', (tlsCa, tls) => {
      expect(behind({ url: 'rediss://ignored', tlsCa })).toMatchObject({
        tls,
        sentinelTLS: tls,
        enableTLSForSentinelMode: true,
      });
    });

    it('gives them their own password, never that of Redis', () => {
      expect(behind({ url: 'redis://:redis@ignored', sentinelPassword: 'theirs' })).toMatchObject({
        password: 'redis',
        sentinelPassword: 'theirs',
      });
      expect(behind({ url: 'redis://:redis@ignored' })).not.toHaveProperty('sentinelPassword');
    });
  });
});

describe(retryAfterMs.name, () => {
  it.each([
    [1, 25, 50],
    [2, 50, 100],
    [3, 100, 200],
    [6, 800, 1_600],
    [7, 1_000, 2_000],
    [1_000_000, 1_000, 2_000],
  ])('lets attempt %i wait between %i and %i ms, as chance will have it', (attempt, shortest, longest) => {
    expect(retryAfterMs(attempt, () => 0)).toBe(shortest);
    expect(retryAfterMs(attempt, () => 1)).toBe(longest);
    expect(retryAfterMs(attempt, () => 0.5)).toBe(Math.round((shortest + longest) / 2));
  });
});
