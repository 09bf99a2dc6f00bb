import { acknowledged, waitedFor } from './channel.js';
import { abandonedSince, committed, epochOf, recorded, settled, trustedUnder } from './postgres.js';
import { removed } from './redis.js';
import { type Settling, settles } from './settling.js';
import { type Action, type Instance, NONE, nodeName, type State, type Write } from './state.js';
import { serves } from './trust.js';

/** What one write under way may do next. */
type Step = (state: State, write: Write, instance: Instance, then: (what: string, next: State) => void) => void;

const begins: Action = (state, { without }, then) => {
  if (state.left.writes === 0) return;
  const counted = { ...state, left: { ...state.left, writes: state.left.writes - 1 } };
  state.nodes.forEach((_, node) => {
    const name = nodeName(node);
    if (without === 'fence after commit') {
      const write: Write = { node, change: 0, step: 'begun', epoch: epochOf(state) };
      then(`${name} reads the fence, before it writes`, { ...counted, writes: [...state.writes, write] });
    } else if (without === 'row in the transaction') {
      then(`${name} commits, without a row`, began(committed(counted), node, 'unrecorded'));
    } else {
      const after = committed(counted);
      then(`${name} commits change ${after.version}`, began(recorded(after, after.version), node, 'committed'));
    }
  });
};

const commitsLate: Step = (state, write, _, then) => {
  const after = committed(state);
  const change = after.version;
  then(`commits change ${change}`, moved(recorded(after, change), write, { step: 'removing', change }));
};

const writesRow: Step = (state, write, _, then) => {
  then('writes the row', moved(recorded(state, write.change), write, { step: 'committed' }));
};

const readsFence: Step = (state, write, _, then) => {
  const epoch = epochOf(state);
  then(`reads the fence: epoch ${epoch}`, moved(state, write, { step: 'removing', epoch }));
};

const removes: Step = (state, write, instance, then) => {
  const { epoch } = write;
  const server = trustedUnder(state, epoch);
  const settling = moved(state, write, { step: 'settling' });
  if (server === NONE) then('has nothing to remove', settling);
  else if (serves(state, state.nodes[write.node]!, epoch, instance)) {
    then(`removes the copy in Redis ${server}, epoch ${epoch}`, removed(settling, server, epoch, instance));
  }
};

/** It cannot reach Redis, or got no answer. */
const handsOver: Step = (state, write, _, then) => {
  if (trustedUnder(state, write.epoch) !== NONE) then('hands over', moved(state, write, { step: 'handed over' }));
};

/** And reads the fence again: if it did so later, it would only wait for more. */
const isCarriedOut: Step = (state, write, _, then) => {
  if (state.outbox.includes(write.change)) return;
  const epoch = epochOf(state);
  then(`finds its row gone, and the fence at epoch ${epoch}`, moved(state, write, { step: 'settling', epoch }));
};

const bumpsToNone: Step = (state, write, { epochs, without }, then) => {
  if (without === 'bump when nobody removes') {
    then('waits no longer, and goes on', moved(state, write, { step: 'settling' }));
  } else if (state.fence.length < epochs || write.epoch !== epochOf(state)) {
    const after = abandonedSince(state, write.epoch);
    const epoch = epochOf(after);
    then(`abandons epoch ${write.epoch} for ${epoch}`, moved(after, write, { step: 'settling', epoch }));
  }
};

/** Without memory it acknowledges at once, and the removal of the row is no step to speak of. */
const isSettled: Step = (state, write, instance, then) => {
  const { change, epoch, step } = write;
  const waited = settled(state, epoch, instance);
  const [what, after, next] = settles(state, waited, { change, epoch, step: step as Settling['step'] }, instance);
  if (next || instance.memory) then(what, moved(after, write, { step: next ?? 'waiting' }));
  else then(`waits for epoch ${epoch} to settle, and acknowledges change ${change}`, ended(after, write));
};

const waitsForMemory: Step = (state, write, instance, then) => {
  const { change } = write;
  const since = instance.without === 'count from the announcement' ? 'its commit' : 'its announcement';
  const waits = instance.without === 'wait for the memory lease' ? '' : `waits until B has passed since ${since}, and `;
  const after = acknowledged(waitedFor(state, change, instance), change);
  then(`${waits}acknowledges change ${change}`, ended(after, write));
};

const STEPS: Record<Write['step'], readonly Step[]> = {
  begun: [commitsLate],
  unrecorded: [writesRow],
  committed: [readsFence],
  removing: [removes, handsOver],
  'handed over': [isCarriedOut, bumpsToNone],
  settling: [isSettled],
  announced: [isSettled],
  unannounced: [isSettled],
  waiting: [waitsForMemory],
};

const goesOn: Action = (state, instance, then) => {
  for (const write of state.writes) {
    const say = (what: string, next: State) => then(`${nodeName(write.node)}'s write ${what}`, next);
    for (const step of STEPS[write.step]) step(state, write, instance, say);
  }
};

function began(state: State, node: number, step: Write['step']): State {
  return { ...state, writes: [...state.writes, { node, change: state.version, step, epoch: 0 }] };
}

/** From here on every read must see the change. */
function ended(state: State, write: Write): State {
  return { ...state, writes: state.writes.filter((other) => other !== write) };
}

function moved(state: State, write: Write, change: Partial<Write>): State {
  return { ...state, writes: state.writes.map((other) => (other === write ? { ...write, ...change } : other)) };
}

export const WRITER: Action[] = [begins, goesOn];
