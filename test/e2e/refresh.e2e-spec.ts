import type { Grant } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { accessStatus, newPerson, refreshStatus } from '../support/people.js';

describe('refresh', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
  });

  afterAll(() => fleet.stop());

  const refresh = (refreshToken: string) =>
    fleet.client.call<Grant>('POST', '/v1/auth/refresh', { body: { refreshToken } });

  /** Moves every rotation of the session into the past. */
  const age = ({ session }: Grant, seconds: number) =>
    fleet.sql(
      `update sessions set rotated_at = (select array_agg(t - make_interval(secs => $2) order by t desc) from unnest(rotated_at) t)
       where id = $1`,
      [session.id, seconds],
    );

  it('gives 50 parallel refreshes of one token one successor', async () => {
    const ana = await newPerson(fleet.client);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(ana.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    expect(successors.size).toBe(1);
    expect(successors).not.toContain(ana.refreshToken);
    expect(await fleet.sql('select token_number from sessions where id = $1', [ana.session.id])).toEqual([
      { token_number: 2 },
    ]);
    for (const { body } of answers.slice(0, 5)) expect(await accessStatus(fleet.client, body)).toBe(200);
  });

  it('leads a replaced token of any generation to the current one, within the grace', async () => {
    const ana = await newPerson(fleet.client);
    const second = (await refresh(ana.refreshToken)).body;
    const third = (await refresh(second.refreshToken)).body;
    expect((await refresh(ana.refreshToken)).body.refreshToken).toBe(third.refreshToken);
    expect((await refresh(second.refreshToken)).body.refreshToken).toBe(third.refreshToken);
    expect((await refresh(third.refreshToken)).body.refreshToken).not.toBe(third.refreshToken);
  });

  it('ends the session when a token comes back after the grace, and no other session', async () => {
    const ana = await newPerson(fleet.client);
    const other = await newPerson(fleet.client);
    const second = (await refresh(ana.refreshToken)).body;
    await age(ana, 21);
    expect(await refresh(ana.refreshToken)).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid_refresh_token' },
    });
    expect(await accessStatus(fleet.client, second)).toBe(401);
    expect(await refreshStatus(fleet.client, second)).toBe(401);
    expect(await accessStatus(fleet.client, other)).toBe(200);
    expect(await fleet.sql('select end_reason from sessions where id = $1', [ana.session.id])).toEqual([
      { end_reason: 'token_reuse' },
    ]);
    expect(fleet.servers.map(({ printed }) => printed).join('')).toContain('authn_token_reuse');
  });

  it('takes an old token for stolen even if the session has just been refreshed', async () => {
    const ana = await newPerson(fleet.client);
    const second = (await refresh(ana.refreshToken)).body;
    await age(ana, 21);
    const third = (await refresh(second.refreshToken)).body;
    expect((await refresh(ana.refreshToken)).status).toBe(401);
    expect((await refresh(third.refreshToken)).status).toBe(401);
  });

  it('refuses what we did not make, and changes nothing', async () => {
    const ana = await newPerson(fleet.client);
    const bytes = Buffer.from(ana.refreshToken.slice(4), 'base64url');
    bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
    for (const forged of [
      '',
      'x',
      'pcr_',
      `pcr_${bytes.toString('base64url')}`,
      `${ana.refreshToken} `,
      ana.accessToken,
    ]) {
      expect((await refresh(forged)).status).toBe(401);
    }
    expect((await refresh(ana.refreshToken)).status).toBe(200);
  });

  it('never works again once the session has ended, however it ended', async () => {
    const ends = [
      (grant: Grant) => fleet.client.call('POST', '/v1/auth/logout', { token: grant.accessToken }),
      (grant: Grant) => fleet.client.call('POST', '/v1/auth/logout', { body: { refreshToken: grant.refreshToken } }),
      (grant: Grant) => fleet.client.call('DELETE', `/v1/sessions/${grant.session.id}`, { token: grant.accessToken }),
      (grant: Grant) => fleet.client.call('DELETE', '/v1/sessions?scope=all', { token: grant.accessToken }),
    ];
    for (const end of ends) {
      const ana = await newPerson(fleet.client);
      expect((await end(ana)).status).toBeLessThan(300);
      expect(await refreshStatus(fleet.client, ana)).toBe(401);
      expect(await accessStatus(fleet.client, ana)).toBe(401);
    }
  });

  it('stays dead when it is in flight while the session is ended', async () => {
    for (let round = 0; round < 10; round++) {
      const ana = await newPerson(fleet.client);
      const refreshes = Array.from({ length: 6 }, () => refresh(ana.refreshToken));
      const ended = await fleet.client.call('DELETE', `/v1/sessions/${ana.session.id}`, { token: ana.accessToken });
      expect(ended.status).toBe(204);
      for (const { status, body } of await Promise.all(refreshes)) {
        expect([200, 401]).toContain(status);
        if (status === 401) continue;
        expect(await accessStatus(fleet.client, body)).toBe(401);
        expect(await refreshStatus(fleet.client, body)).toBe(401);
      }
    }
  });

  it('refuses a session that is past a limit', async () => {
    for (const column of ['last_seen_at', 'expires_at']) {
      const ana = await newPerson(fleet.client);
      await fleet.alterSession(ana.session.id, `${column} = now() - interval '25 hours'`);
      expect(await refreshStatus(fleet.client, ana)).toBe(401);
      expect(await accessStatus(fleet.client, ana)).toBe(401);
    }
  });
});
