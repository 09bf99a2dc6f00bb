import { bumped, epochOf, trustedBy } from './postgres.js';
import { type Action, type Instance, NONE, type Node, nodeName, replaced, type State, withNode } from './state.js';

/** Whether the node may take the server behind its connection for the one that the fence names under this epoch. */
export function serves({ fence }: State, node: Node, epoch: number, { without }: Instance): boolean {
  if (node.server === NONE || fence[epoch] === NONE) return false;
  return without === 'verify the server' || (node.verified === node.server && fence[epoch] === node.server);
}

/** The epoch under which the node may use Redis at this moment. */
export function usableEpoch(state: State, node: Node, instance: Instance): number | null {
  const { lease } = node;
  return lease && serves(state, node, lease.epoch, instance) ? lease.epoch : null;
}

const readsFence: Action = (state, _, then) => {
  const epoch = epochOf(state);
  state.nodes.forEach(({ usesRedis, lease }, index) => {
    if (!usesRedis || (lease?.epoch === epoch && !lease.isLapsed)) return;
    then(
      `${nodeName(index)} reads the fence: epoch ${epoch}`,
      withNode(state, index, { lease: { epoch, isLapsed: false } }),
    );
  });
};

const connects: Action = (state, _, then) => {
  state.nodes.forEach(({ usesRedis, server }, index) => {
    if (!usesRedis || server !== NONE) return;
    state.servers.forEach(({ isUp }, other) => {
      const to = other + 1;
      if (isUp)
        then(`${nodeName(index)} connects to Redis ${to}`, withNode(state, index, { server: to, verified: NONE }));
    });
  });
};

const verifies: Action = (state, _, then) => {
  state.nodes.forEach(({ server, verified }, index) => {
    if (server === NONE || verified === server) return;
    then(`${nodeName(index)} identifies Redis ${server}`, withNode(state, index, { verified: server }));
  });
};

/** Even if the connection has been lost since: the facts are then under way to the fence. */
const bumpsToItsRedis: Action = (state, { epochs, without }, then) => {
  state.nodes.forEach(({ verified }, index) => {
    if (verified === NONE || verified === trustedBy(state)) return;
    const what = `${nodeName(index)} has the fence name Redis ${verified}`;
    if (without === 'new Redis, new epoch') {
      then(what, { ...state, fence: replaced(state.fence, epochOf(state), verified) });
    } else if (state.fence.length < epochs) {
      then(`${what}: epoch ${epochOf(state) + 1}`, bumped(state, verified));
    }
  });
};

export const TRUST: Action[] = [readsFence, connects, verifies, bumpsToItsRedis];
