import type { Rule } from './rules.js';
import type { Instance, Memory, Node, State } from './state.js';

/** Without these, what a node holds without a lease may be served, or kept, after all. */
const REMEMBERING: readonly (Rule | null)[] = [
  'serve under the memory lease',
  'join only under the lease',
  'drop what was loading',
  'forget with the connection',
  'listen before keeping',
];

/** Without what can never matter again, in the memory of each node. */
export function withTidyMemory(state: State, { memory, without, isBrief }: Instance): State {
  if (!memory) return state;
  const forgets = !REMEMBERING.includes(without);
  const isLast = state.left.writes === 0 && !state.writes.some(({ step }) => step === 'begun');
  const nodes = state.nodes.map((node) => {
    const kept = forgets ? underLease(node.memory!) : node.memory!;
    const tidy = isBrief ? atItsWorst(kept, node, state.version) : kept;
    return { ...node, memory: isLast ? withoutHarmless(tidy, node, state.version) : tidy };
  });
  return { ...state, nodes };
}

/** Who has no lease must hear something first, or listen anew, and forgets everything then, also what is loading. */
function underLease(memory: Memory): Memory {
  return memory.isLeased ? memory : { ...memory, value: null, listed: null };
}

/** What shows the newest change of all will never be wrong, and would only take the place of something older. */
function withoutHarmless(memory: Memory, { read }: Node, newest: number): Memory {
  const { value, listed } = memory;
  const isHarmless = listed === newest || (listed === 'awaited' && read?.step === 'loading');
  return { ...memory, value: value === newest ? null : value, listed: isHarmless ? null : listed };
}

/**
 * The older the worse. Who is late may hear it now, and is then free of it. Who may be served can have at once whatever
 * PostgreSQL says now, and nothing that it loads from there later is older. A load that knows what it shows may end at
 * once: as a copy it is served, and forgotten, whenever it would be shared, and unlisted; and a copy that is older than
 * that may as well stay. With the oldest of all there, what else is loading does not matter.
 */
function atItsWorst(memory: Memory, { read }: Node, version: number): Memory {
  if (memory.queue === null) return memory;
  const { value, listed } = memory;
  const known = typeof listed === 'number' ? listed : version;
  const oldest = Math.min(value ?? version, known);
  const isAsking = listed === 'awaited' && read?.step === 'asking' && oldest > 0;
  return { ...memory, isLeased: true, value: oldest, listed: isAsking ? listed : null };
}
