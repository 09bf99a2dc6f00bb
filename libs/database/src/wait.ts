import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 10;

/** Asks again and again until there is an answer; after the time limit, throws what `late` says. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  limitMs: number,
  late: () => Error,
  intervalMs = INTERVAL_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) throw late();
    await pause(intervalMs);
  }
}
