import { type RedisMonitor, RedisUnderTest } from '#testing';
import { foreignWrites, KEEP } from '../support/coherence-commands.js';

const COPY = 'pc:7-AbCdEfGhI_-:cache:profile:{01a1fbd7-47ab-70b8-b578-32ee5c8a4ca7}';
const LEASE = `${COPY}:lease`;
const OTHER = COPY.replace('pc:7', 'pc:8');
const TOKEN = 'AbCdEfGhIjKlMn_-';
const FIELDS = 'pc:7-AbCdEfGhI_-:tokens:{abc}';
const FIELD_LEASE = 'pc:7-AbCdEfGhI_-:token:{abc0123456789}:lease';

const OURS: [what: string, command: [string, ...string[]]][] = [
  ['taking a fill lease', ['set', LEASE, TOKEN, 'PX', '5000', 'NX']],
  ['keeping a value', ['eval', KEEP, '2', COPY, LEASE, TOKEN, '300', 'string', 'a "value"\n\\x00 \u0000']],
  ['keeping a hash', ['eval', KEEP, '2', COPY, LEASE, TOKEN, '300', 'hash', 'user', 'x']],
  ['keeping a field', ['eval', KEEP, '2', FIELDS, FIELD_LEASE, TOKEN, '300', 'fields', 'f', 'x']],
  ['giving up a lease', ['eval', KEEP, '2', COPY, LEASE, TOKEN, '0', 'nothing']],
  ['removing copies', ['unlink', COPY, LEASE, OTHER, `${OTHER}:lease`]],
  ['reading', ['get', COPY]],
  ['asking who it is', ['info', 'replication']],
];

const FOREIGN: [what: string, command: [string, ...string[]]][] = [
  ['a value that is set', ['set', COPY, 'x']],
  ['a value that is set as a lease is', ['set', COPY, TOKEN, 'PX', '5000', 'NX']],
  ['a lease that is set over another', ['set', LEASE, TOKEN, 'PX', '5000']],
  ['a lease that lasts', ['set', LEASE, TOKEN, 'EX', '5000', 'NX']],
  ['a lease without an epoch', ['set', 'pc:profile:{a}:lease', TOKEN, 'PX', '5000', 'NX']],
  ['a key under another prefix', ['set', 'other:7-AbCdEfGhI_-:profile:{a}:lease', TOKEN, 'PX', '5000', 'NX']],
  ['a hash that is changed in place', ['hset', COPY, 'user', 'x']],
  ['a longer life', ['pexpire', COPY, '5000']],
  ['a read that changes the life', ['getex', COPY, 'PX', '5000']],
  ['another script', ['eval', `${KEEP} `, '2', COPY, LEASE, TOKEN, '300', 'nothing']],
  ['a script by its digest', ['evalsha', '0'.repeat(40), '2', COPY, LEASE]],
  ['a function', ['fcall', 'keep', '2', COPY, LEASE]],
  ['a function that is loaded', ['function', 'LOAD', '#!lua name=x\n']],
  ['our script under the lease of another copy', ['eval', KEEP, '2', COPY, `${OTHER}:lease`, TOKEN, '300', 'nothing']],
  ['our script under the lease of another field', ['eval', KEEP, '2', FIELDS, LEASE, TOKEN, '300', 'nothing']],
  ['a copy that is removed without its lease', ['unlink', COPY]],
  ['a copy that is removed with the lease of another', ['unlink', COPY, `${OTHER}:lease`]],
  ['a copy that is removed in another way', ['del', COPY, LEASE]],
  ['a wipe', ['flushall']],
];

describe(foreignWrites.name, () => {
  let redis: RedisUnderTest;
  let monitor: RedisMonitor;

  beforeAll(async () => {
    redis = await RedisUnderTest.start();
    monitor = await redis.monitor();
  });

  afterAll(async () => {
    await monitor.stop();
    await redis.stop();
  });

  /** The lines of MONITOR after the command, whether or not the server has carried it out. */
  async function lines(...command: [string, ...string[]]): Promise<string[]> {
    const before = monitor.lines.length;
    await redis.command(...command).catch(() => undefined);
    await monitor.settled();
    return monitor.lines.slice(before);
  }

  it.each(OURS)('accepts %s', async (_, command) => {
    const seen = await lines(...command);
    expect(seen.join('\n')).toContain(`"${command[0]}"`);
    expect(await foreignWrites(seen, redis)).toEqual([]);
  });

  it.each(FOREIGN)('names %s', async (_, command) => {
    const seen = await lines(...command);
    expect(seen.join('\n')).toContain(`"${command[0]}"`);
    expect(await foreignWrites(seen, redis)).toHaveLength(1);
  });
});
