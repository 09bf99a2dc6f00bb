import { Counter } from 'prom-client';

export const commandFailures = new Counter({
  name: 'portcullis_redis_command_failures_total',
  help: 'Commands that Redis did not carry out: no answer in time, a lost connection, or a refusal.',
});
