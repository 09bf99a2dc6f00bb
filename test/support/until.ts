import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 20_000;

/** Looks again and again, without a word on how long that takes, but fails when it does not come in time. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = DEADLINE_MS): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`This has not come within ${limitMs / 1000} s: ${condition.toString()}`);
    await pause(5);
  }
}
