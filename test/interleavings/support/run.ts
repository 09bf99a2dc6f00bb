import { Clients } from './clients.js';
import { Faults } from './faults.js';
import { untruths } from './truth.js';
import type { World } from './world.js';

/** What has become of one run. */
export interface Outcome {
  mistakes: string[];
  trace: string[];
  operations: readonly string[];
  faults: readonly string[];
  steps: number;
  virtualMs: number;
}

const HUNG_MS = 300_000;

/** Lets clients and faults meet as the seed has it; then all is healed, and must agree with PostgreSQL. */
export async function play(world: World, seed: number): Promise<Outcome> {
  const { scheduler } = world;
  const before = scheduler.steps;
  await world.prepare();
  scheduler.begin(seed);
  const clients = new Clients(world);
  const faults = new Faults(world);
  await clients.begin();
  faults.begin();
  while (!clients.areDone && scheduler.elapsedMs < HUNG_MS) await scheduler.proceed();
  const isSettled = (await world.heal()) && clients.areDone;
  const untrue = isSettled
    ? await untruths(world, clients.users)
    : ['unsettled: Redis is not in use, or something has been left behind'];
  return {
    mistakes: [...clients.history.mistakes, ...untrue],
    trace: [...scheduler.trace],
    operations: clients.operations,
    faults: faults.names,
    steps: scheduler.steps - before,
    virtualMs: scheduler.elapsedMs,
  };
}
