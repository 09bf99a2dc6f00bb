import { register } from 'prom-client';
import { AccountBanned } from '#sessions';
import { HashingQueueFull, InvalidCredentials } from './auth.errors.js';
import { countLogin, countReauthentication, countRegistration } from './auth.metrics.js';

const withCode = (code: unknown) => Object.assign(new Error('refused'), { code });
const failing = (error: Error) => () => Promise.reject(error);

async function counted(name: string): Promise<Record<string, number>> {
  const { values } = (await register.getSingleMetric(name)?.get()) ?? { values: [] };
  return Object.fromEntries(values.map(({ labels, value }) => [(labels as { result: string }).result, value]));
}

describe('the metrics of logins', () => {
  it('hold every result from the start', async () => {
    for (const name of ['logins', 'registrations', 'reauthentications']) {
      expect(await counted(`portcullis_${name}_total`)).toMatchObject({
        success: 0,
        busy: 0,
        unavailable: 0,
        error: 0,
      });
    }
  });

  it('count by the code of the error, and leave result and error as they are', async () => {
    expect(await countLogin(() => Promise.resolve('grant'))).toBe('grant');
    const errors = [
      new InvalidCredentials(),
      new InvalidCredentials(),
      new AccountBanned(),
      new HashingQueueFull(),
      withCode('sessions.limit_reached'),
      withCode('database.unavailable'),
    ];
    for (const error of errors) await expect(countLogin(failing(error))).rejects.toBe(error);
    expect(await counted('portcullis_logins_total')).toEqual({
      success: 1,
      invalid_credentials: 2,
      banned: 1,
      busy: 1,
      limit_reached: 1,
      credential_changed: 0,
      unavailable: 1,
      error: 0,
    });
  });

  it('give no error a name that was not foreseen', async () => {
    const strangers = [withCode('host.0198c9d4'), withCode(23505), withCode(undefined), new Error('without')];
    for (const error of strangers) await expect(countRegistration(failing(error))).rejects.toBe(error);
    expect(await counted('portcullis_registrations_total')).toMatchObject({ error: 4 });
    await expect(countReauthentication(failing(new AccountBanned()))).rejects.toThrow();
    expect(Object.keys(await counted('portcullis_reauthentications_total'))).not.toContain('banned');
  });
});
