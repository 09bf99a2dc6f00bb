import type { Exploration, Model, Violation } from './explore.js';

/** Faults: if they came as often as all else, they would be over before anything is at stake. */
const RARE = /crashes|becomes|loses|evicted|lapses|without Redis|abandons|leaves/;
const ODDS_OF_RARE = 0.1;

/**
 * Walks at random, for what is too large to be explored: so many walks of at most so many steps. Ends at the first
 * violation; the same numbers from `random` make the same walks.
 */
export function wander<State>(
  model: Model<State>,
  random: () => number,
  { walks, steps }: { walks: number; steps: number },
): Exploration {
  const totals: Exploration = { isComplete: false, states: 0, transitions: 0, depth: 0, violation: null };
  for (let walk = 0; walk < walks && !totals.violation; walk++) {
    const { length, violation } = walkOnce(model, random, steps);
    totals.transitions += length;
    totals.depth = Math.max(totals.depth, length);
    totals.violation = violation;
  }
  return totals;
}

function walkOnce<State>(
  model: Model<State>,
  random: () => number,
  steps: number,
): { length: number; violation: Violation | null } {
  const trace: string[] = [];
  let state = model.start;
  while (trace.length < steps) {
    const choices: [string, State][] = [];
    model.next(state, (what, next) => void choices.push([what, next]));
    const usual = choices.filter(([what]) => !RARE.test(what));
    const among = usual.length > 0 && random() > ODDS_OF_RARE ? usual : choices;
    const chosen = among[Math.floor(random() * among.length)];
    if (!chosen) break;
    trace.push(chosen[0]);
    state = chosen[1];
    const what = model.wrong(state);
    if (what) return { length: trace.length, violation: { what, trace } };
  }
  return { length: trace.length, violation: null };
}
