import type { Grant } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { findLeaks } from '../support/leaks.js';
import { logIn, newPerson } from '../support/people.js';

/** Every other file of this suite ends with the same search; this one makes sure that there is much to find. */
describe('secrets', () => {
  it('stand neither in the logs nor in any table', async () => {
    const fleet = await Fleet.start({ LOG__LEVEL: 'trace' });
    const { client } = fleet;
    for (let count = 0; count < 6; count++) {
      const person = await newPerson(client);
      const { accessToken, refreshToken } = await logIn(client, person);
      const { body } = await client.call<Grant>('POST', '/v1/auth/refresh', { body: { refreshToken } });
      await client.call('POST', '/v1/auth/login', {
        body: { email: person.email, password: `wrong ${person.password}` },
      });
      await client.call('POST', '/v1/auth/login', { body: { ...person, unknown: person.password } });
      await client.call('POST', '/v1/auth/refresh', { body: { refreshToken: `${refreshToken}x` } });
      await client.call('GET', `/v1/profile?access_token=${accessToken}`);
      await client.call('GET', `/nowhere/${refreshToken}`);
      await client.call('POST', '/v1/password/change', {
        token: body.accessToken,
        body: { currentPassword: person.password, newPassword: `another ${person.password}` },
      });
    }
    expect(client.secrets.size).toBeGreaterThanOrEqual(50);
    expect(fleet.servers[0]!.printed).toContain('/v1/auth/login');
    await fleet.stop();
  });

  it('are found by the search when they are there', async () => {
    const fleet = await Fleet.start();
    const { accessToken, refreshToken } = await newPerson(fleet.client);
    await fleet.client.call('PATCH', '/v1/profile', { token: accessToken, body: { bio: `mine: ${refreshToken}` } });
    expect(await fleet.leaks()).toEqual([expect.stringContaining('in table profiles')]);
    const line = `{"level":"info","authorization":"Bearer ${accessToken}"}`;
    expect(await findLeaks([accessToken], [{ name: 'a log', text: line }], fleet.databaseUrl)).toEqual([
      expect.stringContaining('in a log'),
    ]);
    await fleet.sql('update profiles set bio = null');
    await fleet.stop();
  });
});
