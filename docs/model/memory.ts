import { finalChange } from './postgres.js';
import { type Action, type Instance, type Memory, type Node, nodeName, stale, withNode } from './state.js';

// The copies in the memory of each node. What is as new as it must be changes nothing, so it is no step here.

/** Reads at any time, also while there is a copy: its lease may have lapsed for a moment. Only the last load is listed. */
export function withLoad(node: Node, listed: number | 'awaited', instance: Instance): Memory | null {
  const { memory } = node;
  if (!memory || (!memory.queue && instance.without !== 'listen before keeping')) return memory;
  return { ...memory, listed };
}

/** The load that was under way now knows what it shows; null = it will not: PostgreSQL is asked, which is another load. */
export function withLoaded({ memory }: Node, value: number | null): Memory | null {
  return memory?.listed === 'awaited' ? { ...memory, listed: value } : memory;
}

export function withoutRead(node: Node): Node {
  return { ...node, read: null, memory: withLoaded(node, null) };
}

const isServed: Action = (state, { without }, then) => {
  const mustSee = finalChange(state);
  state.nodes.forEach(({ memory }, index) => {
    if (!memory || memory.value === null || memory.value >= mustSee) return;
    if (!memory.isLeased && without !== 'serve under the memory lease') return;
    then(`${nodeName(index)} is answered from memory: change ${memory.value}`, stale(state, mustSee, memory.value));
  });
};

/** A second caller, who may come later than the answer. */
const joins: Action = (state, { without }, then) => {
  const mustSee = finalChange(state);
  state.nodes.forEach(({ memory, read }, index) => {
    if (!memory || memory.listed === null) return;
    if (!memory.isLeased && without !== 'join only under the lease') return;
    const what = `${nodeName(index)} has another caller share the load, when change ${mustSee} is final`;
    if (memory.listed !== 'awaited') {
      const { listed } = memory;
      if (listed < mustSee) then(`${what}, and is answered from it: change ${listed}`, stale(state, mustSee, listed));
    } else if (read?.step === 'asking' && read.mustSee < mustSee) {
      then(what, withNode(state, index, { read: { ...read, mustSee } }));
    }
  });
};

/** Redis is off, may not be used, or does not answer. */
const loadsAlone: Action = (state, instance, then) => {
  const value = state.version;
  state.nodes.forEach((node, index) => {
    if (!node.memory || node.memory.listed === value) return;
    const memory = withLoad(node, value, instance);
    if (memory === node.memory) return;
    then(`${nodeName(index)} loads from PostgreSQL alone: change ${value}`, withNode(state, index, { memory }));
  });
};

const keeps: Action = (state, _, then) => {
  state.nodes.forEach(({ memory }, index) => {
    if (typeof memory?.listed !== 'number') return;
    const kept = { ...memory, value: memory.listed, listed: null };
    then(`${nodeName(index)} keeps change ${kept.value} in memory`, withNode(state, index, { memory: kept }));
  });
};

export const MEMORY: Action[] = [isServed, joins, loadsAlone, keeps];
