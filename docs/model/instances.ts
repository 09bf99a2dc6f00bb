import type { Rule } from './rules.js';
import type { Instance } from './state.js';

const QUIET: Instance = {
  nodes: [true, true],
  isTrusted: true,
  writes: 1,
  crashes: 0,
  lostConnections: 0,
  memory: false,
  isBrief: false,
  lostChannels: 0,
  redisFault: null,
  epochs: 2,
  without: null,
};

const NO_REDIS: Instance = { ...QUIET, nodes: [false, false], isTrusted: false, epochs: 1, memory: true };

const BRIEF_MEMORY: Instance = { ...QUIET, memory: true, isBrief: true };

/** Each is explored to its end in seconds. */
export const SMALL_INSTANCES: Record<string, Instance> = {
  'a node crashes': { ...QUIET, epochs: 1, crashes: 1 },
  'Redis crashes': { ...QUIET, redisFault: 'crash' },
  'Redis is off on one node': { ...QUIET, nodes: [true, false], epochs: 3, crashes: 1, redisFault: 'crash' },
  'memory without Redis': { ...NO_REDIS, crashes: 1, lostChannels: 1 },
  'memory with Redis': { ...QUIET, epochs: 1, memory: true },
};

/** Each is explored to its end in minutes. */
export const LARGE_INSTANCES: Record<string, Instance> = {
  'writer and relay crash': { ...QUIET, crashes: 2 },
  'Redis crashes, and so does a node': { ...QUIET, crashes: 1, redisFault: 'crash' },
  'Redis crashes, a connection is lost': { ...QUIET, lostConnections: 1, redisFault: 'crash', epochs: 3 },
  'Redis fails over, a connection is lost': { ...QUIET, lostConnections: 1, redisFault: 'fail-over' },
  'Redis is off on one node': {
    ...QUIET,
    nodes: [true, false],
    epochs: 4,
    crashes: 2,
    lostConnections: 1,
    redisFault: 'fail-over',
  },
  'memory with Redis, a channel is lost': { ...QUIET, epochs: 1, memory: true, lostChannels: 1 },
  'memory, a node crashes, a channel is lost': { ...BRIEF_MEMORY, epochs: 1, crashes: 1, lostChannels: 1 },
  'memory, Redis crashes, a channel is lost': { ...BRIEF_MEMORY, redisFault: 'crash', lostChannels: 1 },
  'memory, Redis fails over': { ...BRIEF_MEMORY, redisFault: 'fail-over' },
  'memory, a node crashes, two epochs': { ...BRIEF_MEMORY, crashes: 1 },
  'memory, Redis is off on one node': {
    ...BRIEF_MEMORY,
    nodes: [true, false],
    epochs: 3,
    crashes: 1,
    redisFault: 'fail-over',
  },
};

/** Too large to be explored. */
export const TWO_WRITES: Instance = {
  ...QUIET,
  writes: 2,
  crashes: 2,
  lostConnections: 2,
  redisFault: 'fail-over',
  epochs: 5,
};

/** The same with copies in memory. */
export const TWO_WRITES_IN_MEMORY: Instance = { ...TWO_WRITES, memory: true, lostChannels: 2 };

/** What it takes to go wrong without the rule. */
export const WITHOUT: Record<Rule, Instance> = {
  'wait for the lease': QUIET,
  'use no lapsed lease': QUIET,
  'fence after commit': { ...QUIET, nodes: [true], isTrusted: false },
  'new Redis, new epoch': { ...QUIET, redisFault: 'crash', epochs: 1 },
  'verify the server': { ...QUIET, redisFault: 'crash', epochs: 1 },
  'stay on the connection': { ...QUIET, redisFault: 'crash', epochs: 1 },
  'store under the lease': { ...QUIET, epochs: 1 },
  'remove the lease too': { ...QUIET, epochs: 1 },
  'row in the transaction': { ...QUIET, crashes: 1, epochs: 1 },
  'row goes last': { ...QUIET, epochs: 1 },
  'relay waits, too': { ...QUIET, crashes: 1 },
  'bump when nobody removes': { ...QUIET, epochs: 1 },
  'serve under the memory lease': NO_REDIS,
  'join only under the lease': NO_REDIS,
  'drop what was loading': NO_REDIS,
  'forget with the connection': { ...NO_REDIS, lostChannels: 1 },
  'listen before keeping': { ...NO_REDIS, lostChannels: 1 },
  'announce last': { ...QUIET, nodes: [true], memory: true },
  'announce before the row goes': { ...NO_REDIS, crashes: 1 },
  'wait for the memory lease': NO_REDIS,
  'count from the announcement': NO_REDIS,
};
