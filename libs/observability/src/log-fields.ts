import { AsyncLocalStorage } from 'node:async_hooks';

type LogFields = Readonly<Record<string, string>>;

const fields = new AsyncLocalStorage<LogFields>();

/** Every line that PinoLogger writes during `run`, awaited work included, carries `added` beside the fields around it. */
export function withLogFields<T>(added: LogFields, run: () => T): T {
  return fields.run({ ...fields.getStore(), ...added }, run);
}

export function currentLogFields(): LogFields {
  return fields.getStore() ?? {};
}
