import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { NodeProcess, RedisUnderTest, SentinelUnderTest, TcpProxy } from '#testing';

const FAIL_OVER_LIMIT_MS = 20_000;

describe(RedisUnderTest.name, () => {
  let redis: RedisUnderTest;

  afterEach(() => redis.stop());

  it('starts and answers, alone on its port', async () => {
    redis = await RedisUnderTest.start();
    const other = await RedisUnderTest.start();
    await redis.command('SET', 'key', 'value');
    expect(await redis.command('GET', 'key')).toBe('value');
    expect(await other.command('GET', 'key')).toBeNull();
    await other.stop();
  });

  it('lends a server when none is named, or uses the one that is', async () => {
    redis = await RedisUnderTest.start();
    const { TEST_REDIS_URL: given } = process.env;
    process.env.TEST_REDIS_URL = redis.url;
    const plain = await RedisUnderTest.plain();
    if (given === undefined) delete process.env.TEST_REDIS_URL;
    else process.env.TEST_REDIS_URL = given;
    await plain.command('SET', 'key', 'value');
    await plain.stop();
    expect(await redis.command('GET', 'key')).toBe('value');
  });

  it('asks for its password', async () => {
    redis = await RedisUnderTest.start({ password: 'with / and ä' });
    expect(await redis.command('PING')).toBe('PONG');
    await expect(attempt(`redis://127.0.0.1:${redis.port}`)).rejects.toThrow('NOAUTH');
  });

  it('refuses plain connections when it speaks TLS', async () => {
    redis = await RedisUnderTest.start({ tls: true });
    expect(await redis.command('PING')).toBe('PONG');
    await expect(attempt(`redis://127.0.0.1:${redis.port}`)).rejects.toThrow();
  });

  it('is trusted over TLS only with its own authority', async () => {
    redis = await RedisUnderTest.start({ tls: true });
    const ca = await readFile(redis.caFile!);
    expect(await attempt(redis.url, { tls: { ca } })).toBe('PONG');
    expect(await attempt(redis.url.replace('127.0.0.1', 'localhost'), { tls: { ca } })).toBe('PONG');
    await expect(attempt(redis.url)).rejects.toThrow('certificate');
  });

  it('answers nothing while it is paused, and everything when it is resumed', async () => {
    redis = await RedisUnderTest.start();
    let answer: unknown;
    redis.pause();
    const asked = redis.command('PING').then((reply) => {
      answer = reply;
    });
    // Another server's answer shows that there was time for this one's.
    const other = await RedisUnderTest.start();
    await other.stop();
    expect(answer).toBeUndefined();
    redis.resume();
    await asked;
    expect(answer).toBe('PONG');
  });

  it('refuses connections when it is killed, and is empty when it is back', async () => {
    redis = await RedisUnderTest.start();
    await redis.command('SET', 'key', 'value');
    const { url, pid } = redis;
    await redis.kill();
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED');
    await redis.restart();
    expect(redis.url).toBe(url);
    expect(redis.pid).not.toBe(pid);
    expect(await redis.command('DBSIZE')).toBe(0);
  });

  it('forgets its keys when it is wiped', async () => {
    redis = await RedisUnderTest.start();
    await redis.command('SET', 'key', 'value');
    await redis.wipe();
    expect(await redis.command('DBSIZE')).toBe(0);
  });

  it('comes back from a snapshot with old data and a new identity', async () => {
    redis = await RedisUnderTest.start();
    await redis.command('SET', 'key', 'old');
    await redis.takeSnapshot();
    await redis.command('SET', 'key', 'new');
    const before = await runIdOf(redis);
    await redis.restart({ fromSnapshot: true });
    expect(await redis.command('GET', 'key')).toBe('old');
    expect(await runIdOf(redis)).not.toBe(before);
  });

  it('follows another as its replica', async () => {
    const master = await RedisUnderTest.start({ password: 'secret' });
    redis = await RedisUnderTest.start({ replicaOf: master });
    await master.command('SET', 'key', 'value');
    await until(async () => (await redis.command('GET', 'key')) === 'value');
    await master.stop();
  });

  it('shows what it is asked, with binary arguments escaped', async () => {
    redis = await RedisUnderTest.start({ password: 'secret' });
    const monitor = await redis.monitor();
    await redis.command('SET', Buffer.from([0, 255]), 1);
    await monitor.settled();
    expect(monitor.lines).toContainEqual(expect.stringContaining('"SET" "\\x00\\xff" "1"'));
    await redis.kill();
    await monitor.stop();
    expect(monitor.lines.join()).not.toContain('secret');
  });

  it('leaves neither process nor folder behind, not even when it is paused', async () => {
    redis = await RedisUnderTest.start();
    const [, folder] = (await redis.command('CONFIG', 'GET', 'dir')) as [string, string];
    redis.pause();
    await redis.stop();
    await redis.stop();
    expect(existsSync(folder)).toBe(false);
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED');
  });
});

describe(`${RedisUnderTest.name} of a process that is killed`, () => {
  it('goes with it', async () => {
    const holder = NodeProcess.start<{ url: string; folder: string }>('hold-redis', []);
    const { url, folder } = await holder.message();
    await holder.kill();
    await until(() => Promise.resolve(!existsSync(folder)));
    await expect(attempt(url)).rejects.toThrow('ECONNREFUSED');
  });
});

describe(SentinelUnderTest.name, () => {
  let servers: SentinelUnderTest;
  let client: Redis | undefined;

  beforeEach(async () => {
    servers = await SentinelUnderTest.start();
  });

  afterEach(async () => {
    client?.disconnect();
    await servers.stop();
  });

  it('names the master', async () => {
    expect(await servers.currentMaster()).toBe(servers.master);
  });

  it('promotes the replica when the master is lost', async () => {
    await servers.master.kill();
    await until(async () => (await servers.currentMaster()) === servers.replica);
    client = new Redis({ sentinels: addresses(servers), name: servers.masterName });
    await client.set('key', 'value');
    expect(await servers.replica.command('GET', 'key')).toBe('value');
  });
});

describe(TcpProxy.name, () => {
  let redis: RedisUnderTest;
  let proxy: TcpProxy;
  let client: Redis;

  beforeEach(async () => {
    redis = await RedisUnderTest.start();
    proxy = await TcpProxy.to('127.0.0.1', redis.port);
    client = new Redis(proxy.port, '127.0.0.1', { disconnectTimeout: 0 });
    await client.ping();
  });

  afterEach(async () => {
    client.disconnect();
    await proxy.close();
    await redis.stop();
  });

  it('lets nothing pass while it is stalled, and delivers it when it is resumed', async () => {
    proxy.stall();
    const set = client.set('key', 'value');
    await redis.command('PING');
    expect(await redis.command('GET', 'key')).toBeNull();
    proxy.resume();
    expect(await set).toBe('OK');
  });

  it('has commands vanish, and is well again afterwards', async () => {
    proxy.swallow('commands');
    const lost = client.set('key', 'lost');
    await redis.command('PING');
    client.disconnect();
    await expect(lost).rejects.toThrow('Connection is closed');
    proxy.swallowNoMore();
    expect(await attempt(`redis://127.0.0.1:${proxy.port}`)).toBe('PONG');
    expect(await redis.command('GET', 'key')).toBeNull();
  });

  it('has answers vanish while the commands arrive, and then ends the connections', async () => {
    proxy.swallow('answers');
    const unheard = client.set('key', 'value');
    await until(async () => (await redis.command('GET', 'key')) === 'value');
    const ended = closeOf(client);
    proxy.swallowNoMore();
    await ended;
    expect(await unheard).toBe('OK'); // sent once more
  });

  it('breaks off connections, and accepts new ones', async () => {
    const ended = closeOf(client);
    proxy.reset();
    await ended;
    expect(await attempt(`redis://127.0.0.1:${proxy.port}`)).toBe('PONG');
  });

  it('delays both ways', async () => {
    proxy.delay(50);
    const start = performance.now();
    await client.ping();
    expect(performance.now() - start).toBeGreaterThan(95);
    proxy.delay(0);
    await client.ping();
  });
});

function addresses({ sentinels }: SentinelUnderTest): { host: string; port: number }[] {
  return sentinels.split(',').map((address) => {
    const { hostname: host, port } = new URL(`redis://${address}`);
    return { host, port: Number(port) };
  });
}

/** Resolves when its connection has ended, however it has. */
function closeOf(client: Redis): Promise<unknown> {
  client.on('error', () => undefined);
  return new Promise((resolve) => client.once('close', resolve));
}

/** One PING over one connection, which is not tried again. */
async function attempt(url: string, options: RedisOptions = {}): Promise<unknown> {
  const once = { lazyConnect: true, retryStrategy: null, enableReadyCheck: false, disconnectTimeout: 0 };
  const client = new Redis(url, { ...options, ...once });
  const failed = new Promise<never>((_, reject) => client.on('error', reject));
  try {
    return await Promise.race([failed, client.connect().then(() => client.ping())]);
  } finally {
    failed.catch(() => undefined);
    client.disconnect();
  }
}

async function runIdOf(redis: RedisUnderTest): Promise<string | undefined> {
  return /run_id:(\w+)/.exec(String(await redis.command('INFO', 'server')))?.[1];
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + FAIL_OVER_LIMIT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('It did not come to pass.');
    await pause(20);
  }
}
