import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { Test } from '@nestjs/testing';
import { RedisConnection, RedisModule, type RedisOptions, RedisUnavailable } from '#redis';
import { RedisUnderTest, SentinelUnderTest, TcpProxy } from '#testing';
import { redisAt } from '../support/session-system.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

/** An application of nothing but its Redis. */
const start = (options: RedisOptions | null) =>
  Test.createTestingModule({ imports: [RedisModule.forRoot(options)] }).compile();

const at = (port: number) => ({ host: '127.0.0.1', port });

function behind({ sentinels, masterName }: SentinelUnderTest): RedisOptions {
  const all = sentinels.split(',').map((each) => at(Number(each.split(':')[1])));
  return { ...redisAt('redis://ignored'), sentinels: all, sentinelMaster: masterName };
}

async function connect(options: RedisOptions): Promise<RedisConnection> {
  const connection = new RedisConnection(options);
  await connection.open();
  return connection;
}

const get = (connection: RedisConnection, key = 'key') => connection.run((redis) => redis.get(key));

/** Sends a command that gets no answer, so that the connection knows that Redis is silent. */
const findSilent = (connection: RedisConnection) =>
  expect(get(connection, 'unanswered')).rejects.toThrow(RedisUnavailable);

/** Answers as a Redis 6 would, which takes one section of INFO at a time. */
async function startOldRedis() {
  const info = 'redis_version:6.2.14\r\nredis_mode:standalone\r\nrole:master\r\n';
  const reply = (command: string): string => {
    const [name, ...args] = [...command.matchAll(/\$\d+\r\n(.*)\r\n/g)].map(([, part]) => part!);
    if (name!.toLowerCase() === 'hello') return '-ERR unknown command `HELLO`\r\n';
    if (name!.toLowerCase() !== 'info') return '+OK\r\n';
    return args.length > 1 ? '-ERR syntax error\r\n' : `$${info.length}\r\n${info}\r\n`;
  };
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (const [command] of bytes.toString().matchAll(/\*\d+\r\n(?:\$\d+\r\n.*\r\n)+/g)) socket.write(reply(command));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

describe('an application', () => {
  describe('refuses to start, and says why in a sentence,', () => {
    it('on a cluster', async () => {
      const cluster = await RedisUnderTest.start({ args: ['--cluster-enabled', 'yes'] });
      await expect(start(redisAt(cluster.url))).rejects.toMatchObject({
        code: 'redis.unsuitable',
        message: expect.stringMatching(/is a cluster.+use a standalone server or Sentinel\.$/) as string,
      });
      await cluster.stop();
    });

    it('on a Sentinel that it takes for a Redis', async () => {
      const sentinel = await SentinelUnderTest.start();
      const url = `redis://${sentinel.sentinels.split(',')[0]}`;
      await expect(start(redisAt(url))).rejects.toMatchObject({
        code: 'redis.unsuitable',
        message: expect.stringMatching(/is a Sentinel, not a Redis: .+\.$/) as string,
      });
      await sentinel.stop();
    });

    it('on a Redis that is too old', async () => {
      const old = await startOldRedis();
      await expect(start(redisAt(old.url))).rejects.toMatchObject({
        code: 'redis.unsuitable',
        message: 'This Redis cannot be used: it is Redis 6.2.14; Portcullis needs 7.0 or newer.',
      });
      old.stop();
    });
  });

  it('starts without Redis, and never asks for it', async () => {
    const app = await start(null);
    const connection = app.get(RedisConnection);
    expect(connection).toMatchObject({ isOff: true, isUp: false, generation: 0 });
    await expect(get(connection)).rejects.toThrow(RedisUnavailable);
    await app.close();
  });

  it('starts while Redis cannot be reached, says why, and uses it when it appears', async () => {
    const redis = await RedisUnderTest.start();
    await redis.kill();
    const app = await start(redisAt(redis.url));
    const connection = app.get(RedisConnection);
    expect(connection).toMatchObject({ isOff: false, isUp: false, generation: 0 });
    expect(connection.failure).toContain('ECONNREFUSED');
    await expect(get(connection)).rejects.toThrow('ECONNREFUSED');
    await redis.restart();
    await until(() => connection.isUp);
    expect(await get(connection)).toBeNull();
    expect(connection.generation).toBe(1);
    await app.close();
    await redis.stop();
  });

  it('starts while a paused Redis answers nothing, and uses it when it goes on', async () => {
    const redis = await RedisUnderTest.start();
    redis.pause();
    const app = await start(redisAt(redis.url));
    const connection = app.get(RedisConnection);
    expect(connection.isUp).toBe(false);
    redis.resume();
    await until(() => connection.isUp);
    expect(await get(connection)).toBeNull();
    await app.close();
    await redis.stop();
  });

  it('starts with a wrong password, which it keeps to itself, and says what is wrong', async () => {
    const redis = await RedisUnderTest.start({ password: 'right' });
    const app = await start(redisAt(redis.url.replace('right', 'not-the-password')));
    const connection = app.get(RedisConnection);
    expect(connection.isUp).toBe(false);
    expect(connection.failure).toContain('WRONGPASS');
    expect(connection.failure).not.toContain('not-the-password');
    const refusal: unknown = await get(connection).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RedisUnavailable);
    expect(inspect(refusal, { depth: null })).not.toContain('not-the-password');
    await app.close();
    await redis.stop();
  });

  it('starts while no Sentinel can be reached', async () => {
    const redis = await RedisUnderTest.start();
    await redis.kill();
    const app = await start({ ...redisAt('redis://ignored'), sentinels: [at(redis.port)], sentinelMaster: 'master' });
    const connection = app.get(RedisConnection);
    expect(connection.isUp).toBe(false);
    expect(connection.failure).toContain('sentinels are unreachable');
    await app.close();
    await redis.stop();
  });

  it('finds the master while a Sentinel is silent', async () => {
    const sentinel = await SentinelUnderTest.start();
    const [first, ...others] = behind(sentinel).sentinels;
    const silent = await TcpProxy.to('127.0.0.1', first!.port);
    silent.stall();
    const app = await start({ ...behind(sentinel), sentinels: [at(silent.port), ...others] });
    await until(() => app.get(RedisConnection).isUp);
    await app.close();
    await silent.close();
    await sentinel.stop();
  });
});

describe('a connection to a Redis', () => {
  let redis: RedisUnderTest;
  let way: TcpProxy;
  let connection: RedisConnection;
  let changes: boolean[];

  beforeEach(async () => {
    redis = await RedisUnderTest.start();
    way = await TcpProxy.to('127.0.0.1', redis.port);
    // So long that a connection outlives a pause of the test's own making: it is given up after ten times as long.
    connection = await connect({ ...redisAt(`redis://127.0.0.1:${way.port}`), commandTimeoutMs: 1_000 });
    changes = [];
    connection.onChange(() => changes.push(connection.isUp));
  });

  afterEach(async () => {
    redis.resume();
    await connection.close();
    await way.close();
    await redis.stop();
  });

  it('is up, and tells what is behind it', async () => {
    expect(connection).toMatchObject({ isOff: false, isUp: true, generation: 1 });
    expect(await connection.facts()).toMatchObject({ mode: 'standalone', isMaster: true });
  });

  it('stays up when Redis refuses a command', async () => {
    await redis.command('SET', 'key', 'value');
    const refused = connection.run((client) => client.hget('key', 'field'));
    await expect(refused).rejects.toThrow(RedisUnavailable);
    await expect(refused).rejects.toThrow('WRONGTYPE');
    expect(connection.isUp).toBe(true);
    expect(await get(connection)).toBe('value');
    expect(changes).toEqual([]);
  });

  it('that is paused fails the command under way, then sends no other, and is back without a new connection', async () => {
    const monitor = await redis.monitor();
    redis.pause();
    await findSilent(connection);
    expect(connection).toMatchObject({ isUp: false, failure: 'it does not answer in time' });
    for (let command = 0; command < 50; command++) {
      await expect(get(connection, 'never')).rejects.toThrow('it does not answer in time');
    }
    redis.resume();
    await until(() => connection.isUp);
    expect(await get(connection, 'after')).toBeNull();
    await monitor.stop();
    const sent = (key: string) => monitor.lines.filter((line) => line.includes(`"${key}"`)).length;
    expect({ unanswered: sent('unanswered'), never: sent('never'), after: sent('after') }).toEqual({
      unanswered: 1,
      never: 0,
      after: 1,
    });
    expect(connection.generation).toBe(1);
    expect(changes).toEqual([false, true]);
  });

  it('that is killed fails the command under way and all others, and is a new one when it is back', async () => {
    redis.pause();
    const underWay = get(connection, 'under way');
    const failed = expect(underWay).rejects.toThrow(RedisUnavailable);
    await redis.kill();
    await failed;
    await until(() => !connection.isUp);
    for (let command = 0; command < 50; command++) await expect(get(connection)).rejects.toThrow(RedisUnavailable);
    await redis.restart();
    await until(() => connection.isUp);
    expect(connection.generation).toBeGreaterThan(1);
    expect(await get(connection)).toBeNull();
  });

  it('that is lost while nothing is asked is down at once, for a reason that people understand', async () => {
    way.cut();
    await until(() => !connection.isUp);
    expect(connection.failure).not.toContain('it has not answered yet');
    expect(changes).toContain(false);
    way.mend();
    await until(() => connection.isUp);
    expect(connection.generation).toBeGreaterThan(1);
  });

  it('never sends a command again that got no answer', async () => {
    way.stall();
    const write = connection.run((client) => client.set('zombie', 'value'));
    await expect(write).rejects.toThrow(RedisUnavailable);
    way.cut();
    way.resume();
    way.mend();
    await until(() => connection.isUp);
    expect(connection.generation).toBeGreaterThan(1);
    expect(await get(connection, 'zombie')).toBeNull();
  });

  it('never sends a command again whose connection was lost', async () => {
    way.stall();
    const write = connection.run((client) => client.set('zombie', 'value'));
    const failed = expect(write).rejects.toThrow(RedisUnavailable);
    way.cut();
    way.resume();
    way.mend();
    await failed;
    await until(() => connection.isUp);
    expect(await get(connection, 'zombie')).toBeNull();
  });
});

describe('a Redis', () => {
  it('that is loading its data tells no facts until it has', async () => {
    const redis = await RedisUnderTest.start({
      args: ['--key-load-delay', '20000', '--loading-process-events-interval-bytes', '1024'],
    });
    for (let key = 0; key < 100; key++) await redis.command('SET', `key ${key}`, 'x'.repeat(1_000));
    await redis.takeSnapshot();
    const connection = await connect(redisAt(redis.url));
    const restarted = redis.restart({ fromSnapshot: true });
    const refusals = new Set<string>();
    await until(async () => {
      await connection.facts().catch(({ message }: Error) => refusals.add(message));
      return [...refusals].some((message) => message.includes('LOADING'));
    });
    await restarted;
    await until(() => connection.facts().then(Boolean, () => false));
    await connection.close();
    await redis.stop();
  });

  it('that refuses INFO to our account tells what can be known without', async () => {
    const redis = await RedisUnderTest.start();
    await redis.command('ACL', 'SETUSER', 'default', '-info');
    const connection = await connect(redisAt(redis.url));
    expect(await connection.facts()).toMatchObject({ version: null, identity: null, isMaster: true });
    await connection.close();
    await redis.stop();
  });
});

describe('closing', () => {
  let redis: RedisUnderTest;

  beforeEach(async () => {
    redis = await RedisUnderTest.start();
  });

  afterEach(async () => {
    redis.resume();
    await redis.stop();
  });

  /** What keeps this process alive: sockets, and timers. */
  const holds = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Timeout)/.test(name));
  const quiet = async () => {
    await until(() => !holds().includes('TCPSocketWrap'));
    return holds().length;
  };

  it.each<[string, (connection: RedisConnection) => unknown]>([
    ['a live Redis', () => undefined],
    ['a live Redis that is being asked', (connection) => void get(connection).catch(() => undefined)],
    ['a paused Redis of which nobody knows yet', () => redis.pause()],
    [
      'a paused Redis that is being asked',
      (connection) => {
        redis.pause();
        void get(connection).catch(() => undefined);
      },
    ],
    [
      'a Redis known to be silent',
      async (connection) => {
        redis.pause();
        await findSilent(connection);
      },
    ],
    ['a Redis that has just been killed', () => redis.kill()],
    [
      'a Redis known to be dead',
      async (connection) => {
        await redis.kill();
        await until(() => !connection.isUp);
      },
    ],
  ])('the connection to %s leaves nothing that keeps a process alive', async (_, happen) => {
    const before = await quiet();
    const connection = await connect(redisAt(redis.url));
    await happen(connection);
    await connection.close();
    expect(connection.isUp).toBe(false);
    await expect(get(connection)).rejects.toThrow(RedisUnavailable);
    await until(() => holds().length <= before);
  });

  it('the connection to a Redis that never was there does so, too', async () => {
    await redis.kill();
    const before = await quiet();
    const connection = await connect(redisAt(redis.url));
    await connection.close();
    await until(() => holds().length <= before);
    expect(connection.isUp).toBe(false);
  });

  it('the connection to a master that Sentinels name, one of them dead, does so, too', async () => {
    const sentinel = await SentinelUnderTest.start();
    await redis.kill();
    const before = await quiet();
    const connection = await connect({
      ...behind(sentinel),
      sentinels: [...behind(sentinel).sentinels, at(redis.port)],
    });
    expect(connection.isUp).toBe(true);
    await connection.close();
    await until(() => holds().length <= before);
    await sentinel.stop();
  });

  it('may be done again, and before opening', async () => {
    const connection = new RedisConnection(redisAt(redis.url));
    await connection.close();
    await connection.close();
    const open = await connect(redisAt(redis.url));
    await Promise.all([open.close(), open.close()]);
    await open.close();
    expect(open.isUp).toBe(false);
  });

  it('what was closed stays closed, and is not asked any more', async () => {
    const connection = await connect(redisAt(redis.url));
    redis.pause();
    const underWay = expect(get(connection)).rejects.toThrow(RedisUnavailable);
    await connection.close();
    await underWay;
    redis.resume();
    const changes: boolean[] = [];
    connection.onChange(() => changes.push(connection.isUp));
    const other = await connect(redisAt(redis.url));
    await other.close();
    expect(connection.isUp).toBe(false);
    expect(changes).not.toContain(true);
  });
});
