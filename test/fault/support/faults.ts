import { setTimeout as pause } from 'node:timers/promises';
import { type Direction, RedisUnderTest, TcpProxy } from '#testing';
import { until } from '../../support/until.js';
import type { FaultCluster } from './fault-cluster.js';

/** What befalls the cluster; how it ends is for `FaultCluster.heal`. */
type Fault = (cluster: FaultCluster) => Promise<void>;

/** Longer than the fence lease and the hand-over together: everybody has noticed, and got used to it. */
const LONG_MS = 800;
/** Shorter than the hand-over: when it is over some have not noticed. */
const SHORT_MS = 60;
const STEADY_MS = 2_000;

async function again(act: () => Promise<unknown>, everyMs: number): Promise<void> {
  const end = performance.now() + STEADY_MS;
  while (performance.now() < end) {
    await act();
    await pause(everyMs);
  }
}

/** Each by its name, which reads on after "when". */
export const FAULTS: Record<string, Fault> = {
  'Redis is killed and starts again, empty': async ({ redis }) => {
    await redis.restart();
    await pause(LONG_MS);
    await redis.kill();
    await pause(LONG_MS);
    await redis.restart();
  },
  'Redis is killed and starts again with an old snapshot': async ({ redis }) => {
    await redis.takeSnapshot();
    await pause(LONG_MS);
    await redis.restart({ fromSnapshot: true });
    await pause(LONG_MS);
    await redis.takeSnapshot();
    await redis.kill();
    await pause(LONG_MS);
    await redis.restart({ fromSnapshot: true });
  },
  'Redis stops and goes on': async ({ redis }) => {
    for (const lasting of [SHORT_MS, LONG_MS, SHORT_MS, LONG_MS]) {
      redis.pause();
      await pause(lasting);
      redis.resume();
      await pause(lasting);
    }
  },
  'all keys of Redis are removed again and again': ({ redis }) => again(() => redis.wipe(), 30),
  'Redis evicts one key after another': ({ redis }) => again(() => evictOne(redis), 2),
  'a master is demoted, refuses writes, and is promoted again': async ({ redis }) => {
    for (const lasting of [SHORT_MS, LONG_MS]) {
      await redis.command('REPLICAOF', '127.0.0.1', '1'); // where nobody is: it keeps what it has
      await pause(lasting);
      await redis.command('REPLICAOF', 'NO', 'ONE');
      await pause(LONG_MS);
    }
  },
  'a master is demoted to a lagging replica, loses writes, and is promoted again': loseWrites,
  'a lagging replica is promoted and the old master lives on': splitTheBrain,
  'one node alone is cut off from Redis': async ({ nodes }) => {
    for (const lasting of [SHORT_MS, LONG_MS]) {
      nodes[1]!.way.cut();
      await pause(lasting);
      nodes[1]!.way.mend();
      await pause(LONG_MS);
    }
  },
  'one node alone hears nothing from Redis, which gets its commands late': async ({ nodes }) => {
    for (const lasting of [SHORT_MS, LONG_MS]) {
      nodes[1]!.way.stall();
      await pause(lasting);
      nodes[1]!.way.resume();
      await pause(LONG_MS);
    }
  },
  'the commands of one node reach Redis late': async ({ nodes }) => {
    nodes[1]!.way.delay(10);
    await pause(STEADY_MS);
  },
  'the commands of one node vanish on their way to Redis': (cluster) => swallow(cluster, 'commands'),
  'the answers to one node vanish on their way from Redis': (cluster) => swallow(cluster, 'answers'),
  'the connections of one node to Redis are reset again and again': ({ nodes }) =>
    again(() => Promise.resolve(nodes[1]!.way.reset()), 100),
  'all connections to Redis are reset again and again': ({ nodes }) =>
    again(() => Promise.resolve(nodes.forEach(({ way }) => way.reset())), 300),
  'all nodes are cut off from Redis': async ({ nodes }) => {
    for (const { way } of nodes) way.cut();
    await pause(LONG_MS);
    for (const { way } of nodes) way.mend();
    await pause(LONG_MS);
    for (const { way } of nodes) way.stall();
    await pause(LONG_MS);
  },
  'a node is killed and starts again': async ({ nodes }) => {
    await nodes[1]!.kill();
    await pause(LONG_MS);
    await nodes[1]!.startAgain();
  },
  'a node stops for longer than the lease and goes on': async ({ nodes }) => {
    for (const node of nodes.slice(1)) {
      node.pause();
      await pause(LONG_MS);
      node.resume();
      await pause(LONG_MS);
    }
  },
  'Redis is switched off and on again for one node': async ({ nodes }) => {
    await nodes[0]!.turnRedis(false);
    await pause(LONG_MS);
    await nodes[0]!.turnRedis(true);
  },
  'Redis is switched off and on again node by node': async ({ nodes }) => {
    for (const isOn of [false, true]) {
      for (const node of nodes.slice(0, 2)) {
        await node.turnRedis(isOn);
        await pause(LONG_MS);
      }
    }
  },
  'PostgreSQL is restarted': (cluster) =>
    cluster.inOutage(async () => {
      await cluster.postgres.shutDown();
      await pause(LONG_MS);
      await cluster.postgres.startAgain();
    }),
  'PostgreSQL is killed and starts again': (cluster) =>
    cluster.inOutage(async () => {
      await cluster.postgres.kill();
      await pause(LONG_MS);
      await cluster.postgres.startAgain();
    }),
  'PostgreSQL stops and goes on': (cluster) =>
    cluster.inOutage(async () => {
      for (const lasting of [SHORT_MS, LONG_MS, SHORT_MS, LONG_MS]) {
        cluster.postgres.pause();
        await pause(lasting);
        cluster.postgres.resume();
        await pause(lasting);
      }
    }),
};

async function evictOne(redis: RedisUnderTest): Promise<void> {
  const key = await redis.command('RANDOMKEY');
  if (key !== null) await redis.command('UNLINK', key as string);
}

/** A replica that hears nothing more from its master. */
async function lagging(master: RedisUnderTest): Promise<{ replica: RedisUnderTest; stop: () => Promise<void> }> {
  const replication = await TcpProxy.to('127.0.0.1', master.port);
  const replica = await RedisUnderTest.start({ replicaOf: { url: `redis://127.0.0.1:${replication.port}` } });
  await until(() => isInStep(replica));
  replication.stall();
  return {
    replica,
    stop: async () => {
      await replica.stop();
      await replication.close();
    },
  };
}

async function isInStep(replica: RedisUnderTest): Promise<boolean> {
  return String(await replica.command('INFO', 'replication')).includes('master_link_status:up');
}

async function swallow({ nodes }: FaultCluster, direction: Direction): Promise<void> {
  for (const lasting of [SHORT_MS, LONG_MS]) {
    nodes[1]!.way.swallow(direction);
    await pause(lasting);
    nodes[1]!.way.swallowNoMore();
    await pause(LONG_MS);
  }
}

/** The run of the server, which a demotion leaves as it is, and the history of its data, which it does not. */
async function identityOf(redis: RedisUnderTest): Promise<{ run?: string; history?: string }> {
  const info = String(await redis.command('INFO'));
  return { run: /run_id:(\w+)/.exec(info)?.[1], history: /master_replid:(\w+)/.exec(info)?.[1] };
}

/** As Sentinel does it: with the connections of all clients closed. */
async function loseWrites({ redis, nodes }: FaultCluster): Promise<void> {
  const before = await identityOf(redis);
  const { replica, stop } = await lagging(redis);
  await pause(LONG_MS);
  await replica.command('REPLICAOF', 'NO', 'ONE');
  for (const { way } of nodes) way.cut();
  await redis.command('REPLICAOF', '127.0.0.1', replica.port);
  await until(() => isInStep(redis));
  for (const { way } of nodes) way.mend();
  await pause(LONG_MS);
  await redis.command('REPLICAOF', 'NO', 'ONE');
  await pause(LONG_MS);
  await stop();
  const { run, history } = await identityOf(redis);
  expect(run).toBe(before.run);
  expect(history).not.toBe(before.history);
}

/** First one node is with the old master, then two are; at the end all are back with it. */
async function splitTheBrain({ redis, nodes }: FaultCluster): Promise<void> {
  const { replica, stop } = await lagging(redis);
  await pause(LONG_MS);
  await replica.command('REPLICAOF', 'NO', 'ONE');
  for (const node of nodes.slice(1)) node.lead(replica.port);
  await pause(LONG_MS);
  nodes[1]!.lead(redis.port);
  await pause(LONG_MS);
  for (const node of nodes) node.lead(redis.port);
  await stop();
}
