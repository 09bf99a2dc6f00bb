import { finalChange, isUnderWay } from './postgres.js';
import { type Action, type Instance, type Memory, type Node, nodeName, type State, withNode } from './state.js';

// LISTEN and NOTIFY: what is announced waits in a queue for each node that listens, and is heard in order, at any time.

/**
 * Only the first announcement of a change is a step. A later one would only make nodes forget more; what is waited for is
 * that the first has been heard, which is as much as anybody may count on.
 */
export function announced(state: State, change: number): State {
  if (state.announced.includes(change)) return state;
  const nodes = mapMemory(state, (memory) => (memory.queue ? { ...memory, queue: [...memory.queue, change] } : memory));
  return { ...state, announced: [...state.announced, change], nodes };
}

/**
 * B has passed since the announcement. Who has not heard it by now has had no heartbeat since that was sent after it, and
 * no lease until it hears what it is late with. Leases lapse only here, as one that lapsed sooner would only let its node
 * do less, and each node renews its own at once whenever it can.
 */
function lapsed(state: State, change: number): State {
  const nodes = mapMemory(state, (memory) => {
    const at = memory.queue?.lastIndexOf(change) ?? -1;
    return at < 0 ? memory : { ...memory, isLeased: false, queue: memory.queue!.slice(at + 1) };
  });
  return { ...state, nodes };
}

/** Nobody cares any more who has heard it: reads are held to the change whether or not that is so. */
export function acknowledged(state: State, change: number): State {
  const nodes = mapMemory(state, (memory) =>
    memory.queue?.includes(change)
      ? { ...memory, queue: memory.queue.map((each) => (each === change ? 0 : each)) }
      : memory,
  );
  return { ...state, nodes };
}

function forgotten(memory: Memory): Memory {
  return { ...memory, value: null, listed: null };
}

/** The copy goes, and so does the place on the list of a load on its way. All that it is late with is one step. */
const hears: Action = (state, { without }, then) => {
  state.nodes.forEach(({ memory }, index) => {
    if (!memory?.queue || (memory.isLeased && memory.queue.length === 0)) return;
    const { listed, queue, isLeased } = memory;
    const empty = without === 'drop what was loading' ? { ...forgotten(memory), listed } : forgotten(memory);
    const what = isLeased ? 'an announcement' : 'what it is late with';
    const after = { ...empty, isLeased: true, queue: isLeased ? queue.slice(1) : queue };
    then(`${nodeName(index)} hears ${what}, and forgets its copy in memory`, withNode(state, index, { memory: after }));
  });
};

const isLost: Action = (state, { without }, then) => {
  if (state.left.lostChannels === 0) return;
  const left = { ...state.left, lostChannels: state.left.lostChannels - 1 };
  state.nodes.forEach(({ memory }, index) => {
    if (!memory?.queue) return;
    const kept = without === 'forget with the connection' ? memory : forgotten(memory);
    const after = withNode(state, index, { memory: { ...kept, queue: null, isLeased: false } });
    then(`${nodeName(index)} loses its channel`, { ...after, left });
  });
};

const isOpened: Action = (state, _, then) => {
  state.nodes.forEach(({ memory }, index) => {
    if (!memory || memory.queue) return;
    const after = withNode(state, index, { memory: { ...memory, queue: [], isLeased: true } });
    then(`${nodeName(index)} listens, and hears its heartbeat`, after);
  });
};

/** Of a change that nobody waits for any more; for those the leases lapse when they are waited for. */
const timePasses: Action = (state, _, then) => {
  for (let change = finalChange(state) + 1; change <= state.version; change++) {
    if (!isUnderWay(state, change)) then(`B has passed since change ${change} was announced`, lapsed(state, change));
  }
};

function mapMemory({ nodes }: State, change: (memory: Memory) => Memory): Node[] {
  return nodes.map((node) => (node.memory ? { ...node, memory: change(node.memory) } : node));
}

/** What the writer waits for, when it has announced the change. */
export function waitedFor(state: State, change: number, { without }: Instance): State {
  if (without === 'wait for the memory lease') return state;
  return lapsed(state, without === 'count from the announcement' ? change - 1 : change);
}

export const CHANNEL: Action[] = [hears, isLost, isOpened, timePasses];
