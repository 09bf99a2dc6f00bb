import { withoutRead } from './memory.js';
import { epochOf, isUnderWay } from './postgres.js';
import { NOTHING } from './redis.js';
import type { Rule } from './rules.js';
import { type Copy, type Instance, NONE, type Read, type ServerId, type State } from './state.js';
import { withTidyMemory } from './tidy-memory.js';

/** With these, a server is used only under the epochs that name it. */
const SEPARATING: readonly (Rule | null)[] = ['verify the server', 'new Redis, new epoch', 'stay on the connection'];

/** Without what can never matter again: copies that no node can come to look at, and fills that would only store such. */
export function tidied(state: State, instance: Instance): State {
  const { without } = instance;
  const keepsApart = !SEPARATING.includes(without);
  const isLive = (server: ServerId, epoch: number) =>
    (!keepsApart || state.fence[epoch] === server) && isInUse(state, epoch);
  const isVain = (read: Read) =>
    (read.step === 'keeping' && !(isUp(state, read.server) && isLive(read.server, read.epoch))) ||
    (read.step === 'loading' && !state.servers.some(({ isUp }, index) => isUp && isLive(index + 1, read.epoch)));
  return withTidyMemory(
    {
      ...state,
      announced: state.announced.filter((change) => isUnderWay(state, change) || state.relay?.change === change),
      fence: state.fence.map((server, epoch) =>
        server === NONE || isInUse(state, epoch) || isBeingRemoved(state, epoch) ? server : NONE,
      ),
      servers: state.servers.map((server, index) => {
        const isOver = (copy: Copy, epoch: number) => copy !== NOTHING && !isLive(index + 1, epoch);
        if (!server.copies.some(isOver)) return server;
        return { ...server, copies: server.copies.map((copy, epoch) => (isOver(copy, epoch) ? NOTHING : copy)) };
      }),
      nodes: state.nodes.some(({ read }) => read && isVain(read))
        ? state.nodes.map((node) => (node.read && isVain(node.read) ? withoutRead(node) : node))
        : state.nodes,
    },
    instance,
  );
}

/** Past epochs that no node holds, and nobody is reading under, are over. */
function isInUse(state: State, epoch: number): boolean {
  return (
    epoch === epochOf(state) ||
    state.nodes.some(({ lease, read }) => lease?.epoch === epoch || (read?.step === 'asking' && read.epoch === epoch))
  );
}

function isBeingRemoved({ writes, relay }: State, epoch: number): boolean {
  return relay?.epoch === epoch || writes.some((write) => write.step !== 'committed' && write.epoch === epoch);
}

function isUp({ servers }: State, server: ServerId): boolean {
  return servers[server - 1]?.isUp ?? false;
}
