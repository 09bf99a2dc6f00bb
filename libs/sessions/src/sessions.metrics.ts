import { Counter } from 'prom-client';

const WAYS = ['L1', 'L2', 'miss', 'bypass', 'database'] as const;
export type HowServed = (typeof WAYS)[number];

const lookups = new Counter({
  name: 'portcullis_session_lookups_total',
  help: 'Look-ups of sessions: L1 = served from memory, L2 = from Redis, miss = loaded to be kept, bypass = loaded because nothing could be kept; database = one session read from PostgreSQL.',
  labelNames: ['served'],
});
const counters = Object.fromEntries(WAYS.map((served) => [served, lookups.labels({ served })]));
for (const served of WAYS) lookups.inc({ served }, 0);

export function countLookup(served: HowServed): void {
  counters[served]?.inc();
}
