import { createTestDatabase } from '#testing';
import type { Grant } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { logIn, newPerson } from '../support/people.js';

/** With sequential scans discouraged, PostgreSQL resorts to one only where no index will do. */
it('has an index for every query', async () => {
  const url = new URL(await createTestDatabase());
  url.searchParams.set('options', '-c enable_seqscan=off');
  const fleet = await Fleet.start({ DATABASE__URL: url.href });
  const before = await scansOf(fleet);
  const { client } = fleet;
  const ana = await newPerson(client);
  const other = await logIn(client, ana);
  const { body } = await client.call<Grant>('POST', '/v1/auth/refresh', { body: { refreshToken: other.refreshToken } });
  const token = body.accessToken;
  await client.call('GET', '/v1/sessions', { token });
  await client.call('PATCH', `/v1/sessions/${ana.session.id}`, { token, body: { deviceName: 'Laptop' } });
  await client.call('GET', '/v1/auth/session', { token });
  await client.call('PATCH', '/v1/profile', { token, body: { bio: 'Climbs gates.' } });
  await client.call('GET', `/v1/profiles/${ana.user.id}`, { token });
  await client.call('DELETE', `/v1/sessions/${ana.session.id}`, { token });
  const passwords = { currentPassword: ana.password, newPassword: `another ${ana.password}` };
  const changed = await client.call<Grant>('POST', '/v1/password/change', { token, body: passwords });
  const third = await logIn(client, { ...ana, password: passwords.newPassword });
  await client.call('POST', '/v1/auth/reauthenticate', {
    token: third.accessToken,
    body: { password: passwords.newPassword },
  });
  await client.call('DELETE', '/v1/sessions?scope=others', { token: changed.body.accessToken });
  await fleet.alterSession(changed.body.session.id, `last_seen_at = now() - interval '2 days'`);
  await client.call('GET', '/v1/auth/session', { token: changed.body.accessToken }); // ends it for idleness
  await client.call('POST', '/v1/auth/logout', { token: changed.body.accessToken });
  await Promise.all(fleet.servers.map((server) => server.stop()));

  const after = await scansOf(fleet);
  expect(after.map(({ sequential }) => sequential)).toEqual(before.map(({ sequential }) => sequential));
  for (const { byIndex } of after) expect(byIndex).toBeGreaterThan(0);
  await fleet.stop();
});

/** How the tables have been read so far; a process reports its reads at its end at the latest. */
function scansOf(fleet: Fleet) {
  return fleet.sql<{ table: string; sequential: number; byIndex: number }>(
    `select relname as table, seq_scan::int as sequential, idx_scan::int as "byIndex" from pg_stat_user_tables
     where relname in ('users', 'sessions', 'profiles') order by 1`,
  );
}
