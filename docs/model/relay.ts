import { abandonedSince, epochOf, settled, trustedBy, trustedUnder, withoutRow } from './postgres.js';
import { removed } from './redis.js';
import { settles } from './settling.js';
import { type Action, NONE, nodeName } from './state.js';
import { serves } from './trust.js';

/** Any row at any time, for how old a row must be is a matter of speed only. */
const takesUp: Action = (state, { without }, then) => {
  if (state.relay) return;
  const epoch = epochOf(state);
  for (const change of state.outbox) {
    const begun = without === 'row goes last' ? withoutRow(state, change) : state;
    state.nodes.forEach((_, node) => {
      then(`${nodeName(node)}'s relay takes up change ${change}, and reads the fence: epoch ${epoch}`, {
        ...begun,
        relay: { node, change, step: 'removing', epoch },
      });
    });
  }
};

const removes: Action = (state, instance, then) => {
  const { relay } = state;
  if (relay?.step !== 'removing') return;
  const { node, epoch } = relay;
  const server = trustedUnder(state, epoch);
  const settling = { ...state, relay: { ...relay, step: 'settling' as const } };
  const name = `${nodeName(node)}'s relay`;
  if (server === NONE) return then(`${name} has nothing to remove`, settling);
  then(`${name} leaves it to others`, { ...state, relay: null });
  if (!serves(state, state.nodes[node]!, epoch, instance)) return;
  then(`${name} removes the copy in Redis ${server}, epoch ${epoch}`, removed(settling, server, epoch, instance));
};

const finishes: Action = (state, instance, then) => {
  const { relay } = state;
  if (!relay || relay.step === 'removing') return;
  const { node, epoch, step } = relay;
  const waited = instance.without === 'relay waits, too' ? state : settled(state, epoch, instance);
  const [what, after, next] = settles(state, waited, { ...relay, step }, instance);
  then(`${nodeName(node)}'s relay ${what}`, { ...after, relay: next && { ...relay, step: next } });
};

/** Of a change that nobody could carry out for long; how long is a matter of speed only. */
const abandonsRedis: Action = (state, { epochs }, then) => {
  if (state.outbox.length === 0 || trustedBy(state) === NONE || state.fence.length >= epochs) return;
  then(`A relay abandons epoch ${epochOf(state)}`, abandonedSince(state, epochOf(state)));
};

export const RELAY: Action[] = [takesUp, removes, finishes, abandonsRedis];
