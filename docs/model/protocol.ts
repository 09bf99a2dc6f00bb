import { CHANNEL } from './channel.js';
import type { Model } from './explore.js';
import { FAULTS } from './faults.js';
import { keyOf } from './key.js';
import { MEMORY } from './memory.js';
import { READER } from './reader.js';
import { REDIS } from './redis.js';
import { RELAY } from './relay.js';
import { type Action, type Instance, type State, start } from './state.js';
import { tidied } from './tidy.js';
import { TRUST } from './trust.js';
import { WRITER } from './writer.js';

const ACTIONS: Action[] = [...WRITER, ...READER, ...MEMORY, ...CHANNEL, ...TRUST, ...RELAY, ...REDIS, ...FAULTS];

/** The coherence of libs/coherence, as something to explore. */
export function protocol(instance: Instance): Model<State> {
  return {
    start: start(instance),
    next: (state, then) => {
      for (const action of ACTIONS) action(state, instance, (what, next) => then(what, tidied(next, instance)));
    },
    key: keyOf,
    wrong: ({ wrong }) => wrong,
  };
}
