import { Gauge } from 'prom-client';

/** How many jobs of each type are in each state, in all processes together. */
export interface Census {
  type: string;
  waiting: number;
  active: number;
  dead: number;
}

const counting = new Set<() => Promise<Census[]>>();
let round: Promise<Census[]> | null = null;

const HELP = {
  waiting: 'Jobs that wait for an attempt, also those that are not due yet, in the whole queue.',
  active: 'Jobs that an attempt is under way for, in the whole queue.',
  dead: 'Dead letters, in the whole queue.',
};

for (const state of ['waiting', 'active', 'dead'] as const) {
  new Gauge({
    name: `portcullis_queue_${state}`,
    help: HELP[state],
    labelNames: ['type'],
    async collect() {
      const found = await takeCensus();
      this.reset();
      for (const census of found) this.set({ type: census.type }, census[state]);
    },
  });
}

/** Has jobs counted whenever the metrics are read, until the function that it returns is called. */
export function watchQueue(count: () => Promise<Census[]>): () => void {
  counting.add(count);
  return () => counting.delete(count);
}

/** Once for the three gauges. What cannot be counted now is not shown, rather than as it was some time ago. */
function takeCensus(): Promise<Census[]> {
  round ??= Promise.all([...counting].map((count) => count().catch(() => [])))
    .then((found) => found.flat())
    .finally(() => {
      round = null;
    });
  return round;
}
