import type { Rule } from './rules.js';

/** What is explored: how much there is of everything, and which rule is left out. */
export interface Instance {
  /** For each node whether it uses Redis. */
  nodes: readonly boolean[];
  /** Whether the fence names the Redis at the start. */
  isTrusted: boolean;
  writes: number;
  /** Crashes of nodes, at any moment. */
  crashes: number;
  lostConnections: number;
  /** Whether nodes keep copies in memory. */
  memory: boolean;
  /** Whether states of memory may be replaced by worse ones, which are reached at once (tidy-memory.ts). */
  isBrief: boolean;
  /** Of the connections on which they hear what is announced. */
  lostChannels: number;
  /** `crash`: the server restarts with an old snapshot. `fail-over`: such a server appears, and the old one lives on. */
  redisFault: 'crash' | 'fail-over' | null;
  /** How many epochs there may be. */
  epochs: number;
  without: Rule | null;
}

/** A server of Redis by number, from 1; 0 = none. A restart or a promotion makes another one. */
export type ServerId = number;
export const NONE: ServerId = 0;

/** The key in one Redis under one epoch: which change the value shows, and which node has the fill lease. */
export interface Copy {
  value: number | null;
  lease: number | null;
}

interface RedisServer {
  isUp: boolean;
  /** By epoch. */
  copies: readonly Copy[];
}

/** A reader on its way: it asks Redis; on a miss, under the fill lease, it loads from PostgreSQL and keeps the value. */
export type Read =
  | { step: 'asking'; epoch: number; server: ServerId; mustSee: number }
  | { step: 'loading'; epoch: number }
  | { step: 'keeping'; epoch: number; server: ServerId; value: number };

/** A row of the outbox that a node carries out for another, by the fence as it was when it began. */
interface Relay {
  node: number;
  change: number;
  step: (typeof RELAY_STEPS)[number];
  epoch: number;
}

export const RELAY_STEPS = ['removing', 'settling', 'announced', 'unannounced'] as const;

/** The key in the memory of a node, and what goes with it. */
export interface Memory {
  /** Which change the copy shows; null = there is none. */
  value: number | null;
  /** Which change the load shows that is current for the key; `awaited` = nobody knows yet; null = there is none. */
  listed: number | 'awaited' | null;
  /** Changes that were announced and not heard yet, in order; 0 = no matter which. null = the connection is lost. */
  queue: readonly number[] | null;
  /** Not while the connection is lost, nor while something is unheard that was announced longer than B ago. */
  isLeased: boolean;
}

export interface Node {
  usesRedis: boolean;
  /** Behind its connection; none = not connected. */
  server: ServerId;
  /** The one that it identified last. */
  verified: ServerId;
  /** The epoch under which it may use Redis; null = it has not read the fence, or not for a lease. */
  lease: { epoch: number; isLapsed: boolean } | null;
  read: Read | null;
  /** null = it keeps none. */
  memory: Memory | null;
}

export const WRITE_STEPS = [
  'begun', // only if the fence is read before the commit
  'unrecorded', // only if the row is not written in the transaction
  'committed',
  'removing',
  'handed over',
  'settling',
  'announced', // from here on only if there is memory
  'unannounced', // only if the row goes before the announcement
  'waiting',
] as const;

export interface Write {
  node: number;
  change: number;
  step: (typeof WRITE_STEPS)[number];
  epoch: number;
}

/** Everything at one moment. There is one key; its values are numbered by the changes that made them, from 0. */
export interface State {
  version: number;
  /** Changes whose copies are yet to be removed. */
  outbox: readonly number[];
  /** By epoch, the Redis that is trusted under it. The last epoch is the one of now. */
  fence: readonly ServerId[];
  servers: readonly RedisServer[];
  nodes: readonly Node[];
  writes: readonly Write[];
  /** One at a time. */
  relay: Relay | null;
  /** Changes that have been announced, and may be again. */
  announced: readonly number[];
  left: Readonly<Record<'writes' | 'crashes' | 'lostConnections' | 'lostChannels' | 'redisFaults', number>>;
  /** What has gone wrong, if anything. */
  wrong: string | null;
}

/** Says what may happen next, if anything: in words, and what it leads to. */
export type Action = (state: State, instance: Instance, then: (what: string, next: State) => void) => void;

const EMPTY_MEMORY: Memory = { value: null, listed: null, queue: [], isLeased: true };

export function start(instance: Instance): State {
  const { nodes, isTrusted, memory, writes, crashes, lostConnections, lostChannels, redisFault } = instance;
  return {
    version: 0,
    outbox: [],
    fence: [isTrusted ? 1 : NONE],
    servers: [{ isUp: true, copies: [] }],
    nodes: nodes.map((usesRedis) => ({
      usesRedis,
      server: usesRedis ? 1 : NONE,
      verified: usesRedis ? 1 : NONE,
      lease: usesRedis ? { epoch: 0, isLapsed: false } : null,
      read: null,
      memory: memory ? EMPTY_MEMORY : null,
    })),
    writes: [],
    relay: null,
    announced: [],
    left: { writes, crashes, lostConnections, lostChannels, redisFaults: redisFault ? 1 : 0 },
    wrong: null,
  };
}

export function withNode(state: State, index: number, change: Partial<Node>): State {
  return { ...state, nodes: replaced(state.nodes, index, { ...state.nodes[index]!, ...change }) };
}

/** A read has returned less than it had to. */
export function stale(state: State, mustSee: number, value: number): State {
  return { ...state, wrong: `A read that began when change ${mustSee} was final has returned change ${value}.` };
}

export function replaced<T>(list: readonly T[], index: number, item: T): T[] {
  const copy = [...list];
  copy[index] = item;
  return copy;
}

/** For people: nodes are A and B. */
export function nodeName(index: number): string {
  return String.fromCharCode(65 + index);
}
