import { Counter } from 'prom-client';

export const sessionLookups = new Counter({
  name: 'portcullis_session_lookups_total',
  help: 'Look-ups of sessions: L2 = served from Redis, miss = loaded into it, bypass = loaded because Redis could not be used; database = one session read from PostgreSQL.',
  labelNames: ['served'],
});
for (const served of ['L2', 'miss', 'bypass', 'database']) sessionLookups.inc({ served }, 0);
