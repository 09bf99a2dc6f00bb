import { setTimeout as pause } from 'node:timers/promises';
import { RedisUnderTest } from '#testing';
import type { FaultCluster } from './fault-cluster.js';
import type { FaultNode } from './fault-node.js';

/** What befalls the cluster, or this node of it, for a second or less; how it ends is for `FaultCluster.heal`. */
type QuickFault = (cluster: FaultCluster, victim: FaultNode) => Promise<void>;

/** Longer than the fence lease and the hand-over together. */
const LONG_MS = 500;
/** Shorter than the hand-over. */
const SHORT_MS = 60;
const WIPE_EVERY_MS = 25;

/** Each by its name, which reads on after "when". */
export const QUICK_FAULTS: Record<string, QuickFault> = {
  'Redis is killed': async ({ redis }) => {
    await redis.kill();
    await pause(LONG_MS);
    await redis.restart();
  },
  'Redis is restarted with an old snapshot': async ({ redis }) => {
    await redis.takeSnapshot();
    await pause(LONG_MS);
    await redis.restart({ fromSnapshot: true });
  },
  'Redis stops for a moment': async ({ redis }) => {
    redis.pause();
    await pause(SHORT_MS);
    redis.resume();
    await pause(SHORT_MS);
  },
  'Redis stops for longer than the lease': async ({ redis }) => {
    redis.pause();
    await pause(LONG_MS);
  },
  'all keys of Redis are removed': async ({ redis }) => {
    for (let left = LONG_MS; left > 0; left -= WIPE_EVERY_MS) {
      await redis.wipe();
      await pause(WIPE_EVERY_MS);
    }
  },
  'Redis is demoted, and promoted again': async ({ redis }) => {
    await redis.command('REPLICAOF', '127.0.0.1', '1'); // where nobody is: it keeps what it has
    await pause(LONG_MS);
    await redis.command('REPLICAOF', 'NO', 'ONE');
  },
  'a node is led to another Redis': async ({ redis }, victim) => {
    const other = await RedisUnderTest.start();
    victim.lead(other.port);
    await pause(LONG_MS);
    victim.lead(redis.port);
    await other.stop();
  },
  'a node is cut off from Redis': async (_, { way }) => {
    way.cut();
    await pause(LONG_MS);
  },
  'a node loses its connection to Redis': async (_, { way }) => {
    way.cut();
    way.mend();
    await pause(SHORT_MS);
  },
  'a node hears nothing from Redis, which gets its commands late': async (_, { way }) => {
    way.stall();
    await pause(LONG_MS);
  },
  'the commands of a node reach Redis late': async (_, { way }) => {
    way.delay(10);
    await pause(LONG_MS);
  },
  'all nodes are cut off from Redis': async ({ nodes }) => {
    for (const { way } of nodes) way.cut();
    await pause(LONG_MS);
  },
  'a node is killed': async (_, victim) => {
    await victim.kill();
    await pause(SHORT_MS);
  },
  'a node stops for longer than the lease': async (_, victim) => {
    victim.pause();
    await pause(LONG_MS);
  },
};
