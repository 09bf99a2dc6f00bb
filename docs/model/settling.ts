import { announced } from './channel.js';
import { withoutRow } from './postgres.js';
import type { Instance, State } from './state.js';

/** Of a change whose copies in Redis are gone, for a writer and for the relay. */
export interface Settling {
  change: number;
  epoch: number;
  step: 'settling' | 'announced' | 'unannounced';
}

/** What is done next, in words; what it leads to; and the step that is then reached, null = all is done. */
type Settled = [what: string, next: State, step: Settling['step'] | null];

/**
 * From the bottom up: the epoch settles, then memory is told, then the row goes. `waited` is the state when the epoch has
 * settled.
 */
export function settles(
  state: State,
  waited: State,
  { change, epoch, step }: Settling,
  { memory, without }: Instance,
): Settled {
  const waits = `waits for epoch ${epoch} to settle`;
  const removesRow = `removes the row of change ${change}`;
  const announces = `announces change ${change}`;
  if (step === 'unannounced') return [announces, announced(state, change), null];
  if (without === 'announce last') {
    if (step === 'settling') return [announces, announced(state, change), 'announced'];
    return [`${waits}, and ${removesRow}`, withoutRow(waited, change), null];
  }
  if (step === 'announced') return [removesRow, withoutRow(state, change), null];
  if (memory && without !== 'announce before the row goes')
    return [`${waits}, and ${announces}`, announced(waited, change), 'announced'];
  return [`${waits}, and ${removesRow}`, withoutRow(waited, change), memory ? 'unannounced' : null];
}
