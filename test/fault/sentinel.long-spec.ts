import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type RedisUnderTest, SentinelUnderTest } from '#testing';
import { contentsOf } from '../support/redis-contents.js';
import { until } from '../support/until.js';
import { FaultCluster } from './support/fault-cluster.js';
import { play } from './support/play.js';

const ROUNDS = 2;
/** How long the load goes on writing what the replica will never hear of. */
const LAG_MS = 800;
const FAIL_OVER_LIMIT_MS = 60_000;

jest.setTimeout(180_000);

describe('no read is stale, no session is undead or lost, nothing fails or hangs', () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'when Sentinel promotes a lagging replica in place of a master that was killed (%i)',
    async () => {
      const servers = await SentinelUnderTest.start();
      const { sentinels, masterName, master, replica } = servers;
      const settings = { REDIS__SENTINELS: sentinels, REDIS__SENTINEL_MASTER: masterName };
      const cluster = await FaultCluster.start({ settings, redis: master });
      const lost: string[] = [];
      try {
        const seed = randomInt(2 ** 31);
        const failOver = async () => {
          await pause(LAG_MS);
          await endReplication(master);
          await pause(LAG_MS);
          lost.push(...(await keysAmiss(master, replica)));
          await master.kill();
          await until(async () => (await servers.currentMaster()) === replica, FAIL_OVER_LIMIT_MS);
        };
        const { mistakes, operations, bumps } = await play(cluster, failOver, seed);
        process.stdout.write(
          `a Sentinel fail-over: seed ${seed}, ${operations} operations, ${bumps} bumps, ${lost.length} keys other or gone\n`,
        );
        expect({ seed, mistakes }).toEqual({ seed, mistakes: [] });
        expect(operations).toBeGreaterThan(20);
        expect(lost).not.toEqual([]);
      } finally {
        await cluster.stop();
        await servers.stop();
      }
    },
  );
});

/** The replica hears no more; clients and Sentinels notice nothing. */
async function endReplication(master: RedisUnderTest): Promise<void> {
  await master.command('ACL', 'SETUSER', 'default', '-psync', '-sync');
  await master.command('CLIENT', 'KILL', 'TYPE', 'replica');
}

/** The keys that one of them holds and the other does not, or otherwise. */
async function keysAmiss(one: RedisUnderTest, other: RedisUnderTest): Promise<string[]> {
  const [all, others] = await Promise.all([spelled(one), spelled(other)]);
  return [...new Set([...all.keys(), ...others.keys()])].filter((key) => all.get(key) !== others.get(key));
}

async function spelled(redis: RedisUnderTest): Promise<Map<string, string>> {
  const held = await contentsOf(redis);
  return new Map(held.map(({ key, fields }) => [key, JSON.stringify([...fields].sort())]));
}
