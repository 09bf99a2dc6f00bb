import { setImmediate as turn } from 'node:timers/promises';

const DEADLINE_MS = 10_000;

/** Looks again and again, for what is done in the background. */
export async function settled(isSettled: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isSettled())) {
    if (performance.now() > deadline) throw new Error(`This has not come to be: ${isSettled.toString()}`);
    await turn();
  }
}
