import { Counter } from 'prom-client';

type Counted = <T>(work: () => Promise<T>) => Promise<T>;

/** Logins with a password. `invalid_credentials` is a wrong password or an unknown e-mail: nothing tells them apart. */
export const countLogin = outcomes('portcullis_logins_total', 'Logins, by how they ended.', [
  'invalid_credentials',
  'banned',
  'credential_changed',
  'limit_reached',
  'busy',
  'unavailable',
]);

/** New accounts. */
export const countRegistration = outcomes('portcullis_registrations_total', 'Registrations, by how they ended.', [
  'email_taken',
  'busy',
  'unavailable',
]);

/** Passwords asked of who is logged in already, also to change the password. */
export const countReauthentication = outcomes(
  'portcullis_reauthentications_total',
  'Passwords asked of somebody who is logged in already, by whether they were right.',
  ['invalid_credentials', 'busy', 'unavailable'],
);

/**
 * Counts how work ends: `success`, the last word of the error's code if it is foreseen, otherwise `error`. All results
 * are there from the start, so that the first of its kind is a rise.
 */
function outcomes(name: string, help: string, foreseen: readonly string[]): Counted {
  const counter = new Counter({ name, help, labelNames: ['result'] });
  for (const result of ['success', ...foreseen, 'error']) counter.inc({ result }, 0);
  return async (work) => {
    try {
      const done = await work();
      counter.inc({ result: 'success' });
      return done;
    } catch (error) {
      const word = lastWordOfCode(error);
      counter.inc({ result: foreseen.includes(word) ? word : 'error' });
      throw error;
    }
  };
}

const lastWordOfCode = (error: unknown): string =>
  String((error as { code?: unknown } | null)?.code)
    .split('.')
    .at(-1) as string;
