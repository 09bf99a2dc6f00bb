/** What can be explored: immutable states, and what leads from one to others. */
export interface Model<State> {
  start: State;
  next(state: State, then: (what: string, next: State) => void): void;
  /** The same for states that need not be told apart. */
  key(state: State): string;
  /** What has gone wrong in it, if anything. */
  wrong(state: State): string | null;
}

export interface Violation {
  what: string;
  /** What led there, in words. */
  trace: string[];
}

export interface Exploration {
  /** Whether every state that can be reached has been seen. */
  isComplete: boolean;
  states: number;
  transitions: number;
  /** Of the deepest state, in steps from the start. */
  depth: number;
  violation: Violation | null;
}

interface Seen<State> {
  keys: string[];
  cameFrom: number[];
  level: { id: number; state: State }[];
}

/**
 * Breadth first, so that the trace of a violation is a shortest one. Ends at the first violation, when there is nothing
 * new, or when there are more states than `limit`.
 */
export function explore<State>(model: Model<State>, limit = 12_000_000): Exploration {
  const { start } = model;
  const known = new Set([model.key(start)]);
  const seen: Seen<State> = { keys: [...known], cameFrom: [-1], level: [{ id: 0, state: start }] };
  let transitions = 0;
  let depth = 0;
  let wrong: number | null = null;
  let what = '';
  while (seen.level.length > 0 && wrong === null && known.size <= limit) {
    const { level } = seen;
    seen.level = [];
    for (const { id, state } of level) {
      model.next(state, (_, next) => {
        transitions++;
        const key = model.key(next);
        if (wrong !== null || known.size === known.add(key).size) return;
        seen.cameFrom.push(id);
        const newId = seen.keys.push(key) - 1;
        seen.level.push({ id: newId, state: next });
        const found = model.wrong(next);
        if (found) [wrong, what] = [newId, found];
      });
      if (wrong !== null || known.size > limit) break;
    }
    if (seen.level.length > 0) depth++;
  }
  const violation = wrong === null ? null : { what, trace: traceTo(wrong, model, seen) };
  return { isComplete: !violation && seen.level.length === 0, states: known.size, transitions, depth, violation };
}

/** Only keys are kept, so the way is walked again. */
function traceTo<State>(id: number, model: Model<State>, { keys, cameFrom }: Seen<State>): string[] {
  const way: string[] = [];
  for (let at = id; at > 0; at = cameFrom[at]!) way.unshift(keys[at]!);
  const trace: string[] = [];
  let state = model.start;
  for (const key of way) {
    let following: State | null = null;
    model.next(state, (what, next) => {
      if (following !== null || model.key(next) !== key) return;
      following = next;
      trace.push(what);
    });
    state = following!;
  }
  return trace;
}
