import { withLoad, withLoaded, withoutRead } from './memory.js';
import { finalChange } from './postgres.js';
import { copyIn, withCopy } from './redis.js';
import { type Action, NONE, nodeName, type Read, type ServerId, type State, stale, withNode } from './state.js';
import { usableEpoch } from './trust.js';

// What goes to PostgreSQL is right at once and changes nothing, so it is no step here: a read just ends.

const begins: Action = (state, instance, then) => {
  state.nodes.forEach((node, index) => {
    const epoch = node.read ? null : usableEpoch(state, node, instance);
    if (epoch === null) return;
    const mustSee = finalChange(state);
    const read: Read = { step: 'asking', epoch, server: node.server, mustSee };
    const how = node.lease?.isLapsed ? ', whose lease has lapsed' : '';
    then(
      `${nodeName(index)} begins to read, under epoch ${epoch}${how}, from Redis ${node.server}; change ${mustSee} is final`,
      withNode(state, index, { read, memory: withLoad(node, 'awaited', instance) }),
    );
  });
};

/**
 * GET, and after a miss SET NX with another GET: the first GET of a miss changes nothing, so both are one step. A reader
 * that finds the lease taken asks again later.
 */
const isAnswered: Action = (state, { without }, then) => {
  state.nodes.forEach(({ read, server: connected }, index) => {
    if (read?.step !== 'asking') return;
    const server = without === 'stay on the connection' ? connected : read.server;
    if (!isUp(state, server)) return;
    const { value, lease } = copyIn(state, server, read.epoch);
    if (value !== null) return then(...hit(state, index, read.mustSee, value));
    if (lease !== null) return;
    const leased = withCopy(state, server, read.epoch, { value, lease: index });
    then(
      `${nodeName(index)} misses, and has the fill lease`,
      withNode(leased, index, { read: { step: 'loading', epoch: read.epoch } }),
    );
  });
};

function hit(state: State, index: number, mustSee: number, value: number): [string, State] {
  const ended = withNode(state, index, { read: null, memory: withLoaded(state.nodes[index]!, value) });
  const what = `${nodeName(index)} is answered from Redis: change ${value}`;
  return [what, value >= mustSee ? ended : stale(ended, mustSee, value)];
}

const loads: Action = (state, _, then) => {
  state.nodes.forEach((node, index) => {
    const { read, server } = node;
    if (read?.step !== 'loading') return;
    const value = state.version;
    const keeping: Read = { step: 'keeping', epoch: read.epoch, server, value };
    then(
      `${nodeName(index)} loads from PostgreSQL: change ${value}`,
      withNode(state, index, { read: server === NONE ? null : keeping, memory: withLoaded(node, value) }),
    );
  });
};

/** Sent over the connection of that moment, whichever it is, and carried out later, even after it is lost. */
const keeps: Action = (state, { without }, then) => {
  state.nodes.forEach(({ read }, index) => {
    if (read?.step !== 'keeping' || !isUp(state, read.server)) return;
    const { epoch, server, value } = read;
    const isOurs = copyIn(state, server, epoch).lease === index || without === 'store under the lease';
    if (!isOurs) return;
    const ended = withNode(state, index, { read: null });
    const what = `${nodeName(index)} keeps change ${value} in Redis ${server}, epoch ${epoch}`;
    then(what, withCopy(ended, server, epoch, { value, lease: null }));
  });
};

/** An error, a time-out, the end of its patience: PostgreSQL answers. Or its fill lease is lost. */
const givesRedisUp: Action = (state, _, then) => {
  state.nodes.forEach((node, index) => {
    if (node.read && node.read.step !== 'loading') {
      then(`${nodeName(index)} reads without Redis`, withNode(state, index, withoutRead(node)));
    }
  });
};

function isUp({ servers }: State, server: ServerId): boolean {
  return server !== NONE && servers[server - 1]!.isUp;
}

export const READER: Action[] = [begins, isAnswered, loads, keeps, givesRedisUp];
