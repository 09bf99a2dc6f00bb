import { Runs } from './runs.js';
import { SEEDED_MISTAKES } from './seeded-mistakes.js';
import type { World } from './world.js';

/** What the mistake shows as, and how many runs it took: no kind = it has not been found. */
export interface Finding {
  kind: string | null;
  runs: number;
}

/** What a mistake must show as; only that of the relay may show by what is left behind. */
export function isTelling(name: string, kind: string | null): boolean {
  const isOfRelay = name === 'nobody carries out what the dead have left';
  return ['stale', 'undead', 'untrue', ...(isOfRelay ? ['unsettled'] : [])].includes(kind ?? 'nothing');
}

/** Plays at most that many runs with the mistake made, which is undone afterwards. */
export async function findingOf(
  name: string,
  world: World,
  { seed, runs: limit }: { seed: number; runs: number },
): Promise<Finding> {
  const [runs, undo] = [new Runs(world, seed), SEEDED_MISTAKES[name]!()];
  try {
    for await (const { mistakes } of runs.play(0, limit)) {
      if (mistakes.length > 0) return { kind: mistakes[0]!.split(':')[0]!, runs: runs.totals.runs };
    }
    return { kind: null, runs: limit };
  } finally {
    undo();
  }
}
