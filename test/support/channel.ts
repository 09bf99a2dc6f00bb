import { InvalidationChannel } from '#coherence';
import type { SessionSystem } from './session-system.js';

/** By which the node hears which copies are no longer true. */
export function channelOf({ module }: SessionSystem): InvalidationChannel {
  return module.get<InvalidationChannel>(InvalidationChannel);
}
