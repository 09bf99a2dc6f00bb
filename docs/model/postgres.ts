import { type Instance, NONE, type ServerId, type State } from './state.js';

// PostgreSQL: the value, the outbox and the fence. Its statements are the steps of others.

export function epochOf({ fence }: State): number {
  return fence.length - 1;
}

/** The Redis that the fence trusts now. */
export function trustedBy({ fence }: State): ServerId {
  return fence.at(-1)!;
}

export function trustedUnder({ fence }: State, epoch: number): ServerId {
  return fence[epoch]!;
}

export function bumped(state: State, server: ServerId): State {
  return { ...state, fence: [...state.fence, server] };
}

/** By compare-and-set: if another was quicker nothing changes. */
export function abandonedSince(state: State, epoch: number): State {
  return epoch === epochOf(state) ? bumped(state, NONE) : state;
}

export function committed(state: State): State {
  return { ...state, version: state.version + 1 };
}

export function recorded(state: State, change: number): State {
  return { ...state, outbox: [...state.outbox, change] };
}

export function withoutRow(state: State, change: number): State {
  return { ...state, outbox: state.outbox.filter((row) => row !== change) };
}

/**
 * The newest change that every read from now on must see: one that has been acknowledged, or whose writer died and whose
 * row is gone, so that nobody will ever look after it again; and which every node has heard of, where there is memory, or
 * B has passed since it was announced.
 */
export function finalChange(state: State): number {
  let change = state.version;
  while (change > 0 && (isUnderWay(state, change) || isUnheard(state, change))) change--;
  return change;
}

export function isUnderWay({ outbox, writes }: State, change: number): boolean {
  return outbox.includes(change) || writes.some((write) => write.change === change);
}

function isUnheard({ nodes }: State, change: number): boolean {
  return nodes.some(({ memory }) => memory?.queue?.includes(change));
}

/**
 * Waits until no node can be using Redis under an epoch before this one. Leases lapse only here: one that lapsed sooner
 * would only let its node do less.
 */
export function settled(state: State, epoch: number, { without }: Instance): State {
  if (without === 'wait for the lease') return state;
  const isStillUsed = without === 'use no lapsed lease';
  const nodes = state.nodes.map((node) =>
    node.lease && node.lease.epoch < epoch
      ? { ...node, lease: isStillUsed ? { ...node.lease, isLapsed: true } : null }
      : node,
  );
  return { ...state, nodes };
}
