import { withoutRead } from './memory.js';
import { NOTHING } from './redis.js';
import { type Action, type Copy, type Memory, NONE, type Node, nodeName, replaced, type State } from './state.js';

const nodeCrashes: Action = (state, _, then) => {
  if (state.left.crashes === 0) return;
  const left = { ...state.left, crashes: state.left.crashes - 1 };
  state.nodes.forEach((node, index) => {
    const writes = state.writes.filter((write) => write.node !== index);
    const nodes = replaced(state.nodes, index, restarted(node));
    then(`${nodeName(index)} crashes, and starts again`, {
      ...state,
      left,
      writes,
      nodes,
      relay: state.relay?.node === index ? null : state.relay,
    });
  });
};

const NOT_LISTENING: Memory = { value: null, listed: null, queue: null, isLeased: false };

/** What it has sent may still be on its way. */
function restarted({ usesRedis, read, memory }: Node): Node {
  const sent = read?.step === 'keeping' ? read : null;
  return { usesRedis, server: NONE, verified: NONE, lease: null, read: sent, memory: memory && NOT_LISTENING };
}

const losesConnection: Action = (state, { without }, then) => {
  if (state.left.lostConnections === 0) return;
  const left = { ...state.left, lostConnections: state.left.lostConnections - 1 };
  state.nodes.forEach((node, index) => {
    if (node.server === NONE) return;
    const nodes = replaced(state.nodes, index, cutOff(node, without !== 'stay on the connection'));
    then(`${nodeName(index)} loses its connection`, { ...state, left, nodes });
  });
};

const redisCrashes: Action = (state, { redisFault, without }, then) => {
  if (redisFault !== 'crash' || state.left.redisFaults === 0) return;
  const gone = state.servers.length;
  const servers = replaced(state.servers, gone - 1, { isUp: false, copies: [] });
  const nodes = state.nodes.map((node) =>
    node.server === gone ? cutOff(node, without !== 'stay on the connection') : node,
  );
  comesBack({ ...state, servers, nodes }, `Redis ${gone} crashes, and starts again as Redis ${gone + 1}`, then);
};

const failsOver: Action = (state, { redisFault }, then) => {
  if (redisFault !== 'fail-over' || state.left.redisFaults === 0) return;
  const old = state.servers.length;
  comesBack(state, `A replica becomes Redis ${old + 1}, and Redis ${old} lives on`, then);
};

/** With any value or any fill lease that there has ever been, under every epoch: worse than any snapshot or lag. */
function comesBack(state: State, what: string, then: (what: string, next: State) => void): void {
  const left = { ...state.left, redisFaults: state.left.redisFaults - 1 };
  const comesWith = (content: string, copy: Copy) => {
    const servers = [...state.servers, { isUp: true, copies: state.fence.map(() => copy) }];
    then(`${what}, ${content}`, { ...state, left, servers });
  };
  comesWith('empty', NOTHING);
  for (let value = 0; value <= state.version; value++) comesWith(`with change ${value}`, { value, lease: null });
  state.nodes.forEach((_, lease) => {
    comesWith(`with a fill lease of ${nodeName(lease)}`, { value: null, lease });
  });
}

/** A command that gets no answer is an error, and so the end of asking. */
function cutOff(node: Node, endsAsking: boolean): Node {
  return { ...(endsAsking && node.read?.step === 'asking' ? withoutRead(node) : node), server: NONE };
}

export const FAULTS: Action[] = [nodeCrashes, losesConnection, redisCrashes, failsOver];
