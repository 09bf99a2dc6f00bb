import type { Grant } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { accessStatus, type Credentials, logIn, newPerson, refreshStatus } from '../support/people.js';

const NEW_PASSWORD = 'a wholly different passphrase';

describe('proving again who I am', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
  });

  afterAll(() => fleet.stop());

  const change = (token: string, currentPassword: string, newPassword = NEW_PASSWORD) =>
    fleet.client.call<Grant>('POST', '/v1/password/change', { token, body: { currentPassword, newPassword } });
  const reauthenticate = ({ accessToken: token, password }: Credentials & Grant) =>
    fleet.client.call<Grant>('POST', '/v1/auth/reauthenticate', { token, body: { password } });
  const loginStatus = async ({ email }: Credentials, password: string) =>
    (await fleet.client.call('POST', '/v1/auth/login', { body: { email, password } })).status;

  describe('by reauthentication', () => {
    it('gives a new session in place of the current one', async () => {
      const ana = await newPerson(fleet.client, { deviceName: 'Laptop', rememberMe: true });
      const other = await logIn(fleet.client, ana);
      const { status, body } = await reauthenticate(ana);
      expect(status).toBe(200);
      expect(body.session).toMatchObject({ current: true, deviceName: 'Laptop' });
      expect(body.session.id).not.toBe(ana.session.id);
      expect(await Promise.all([ana, body, other].map((grant) => accessStatus(fleet.client, grant)))).toEqual([
        401, 200, 200,
      ]);
      expect(await refreshStatus(fleet.client, ana)).toBe(401);
    });

    it('gives one successor, however many ask for one at once', async () => {
      const ana = await newPerson(fleet.client);
      const answers = await Promise.all(Array.from({ length: 12 }, () => reauthenticate(ana)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(11).fill(401)]);
      const { body } = answers.find(({ status }) => status === 200)!;
      const list = await fleet.client.call('GET', '/v1/sessions', { token: body.accessToken });
      expect(list.body.items).toHaveLength(1);
    });

    it('gives none to a session that is ended meanwhile, or the ending finds it replaced', async () => {
      for (let round = 0; round < 10; round++) {
        const ana = await newPerson(fleet.client);
        const witness = await logIn(fleet.client, ana);
        const [reauthenticated, ended] = await Promise.all([
          reauthenticate(ana),
          fleet.client.call('DELETE', `/v1/sessions/${ana.session.id}`, { token: witness.accessToken }),
        ]);
        expect([reauthenticated.status, ended.status]).toEqual(ended.status === 204 ? [401, 204] : [200, 404]);
        expect(await accessStatus(fleet.client, ana)).toBe(401);
      }
    });

    it('keeps everything as it is for a wrong password', async () => {
      const ana = await newPerson(fleet.client);
      const wrong = await fleet.client.call('POST', '/v1/auth/reauthenticate', {
        token: ana.accessToken,
        body: { password: 'not the password at all' },
      });
      expect(wrong).toMatchObject({ status: 401, body: { code: 'auth.invalid_credentials' } });
      expect(await accessStatus(fleet.client, ana)).toBe(200);
    });
  });

  describe('to change the password', () => {
    it('ends every session but the new one, and the old password', async () => {
      const ana = await newPerson(fleet.client);
      const other = await logIn(fleet.client, ana);
      const { status, body } = await change(ana.accessToken, ana.password);
      expect(status).toBe(200);
      expect(await Promise.all([ana, other, body].map((grant) => accessStatus(fleet.client, grant)))).toEqual([
        401, 401, 200,
      ]);
      expect(await Promise.all([ana, other].map((grant) => refreshStatus(fleet.client, grant)))).toEqual([401, 401]);
      expect(await loginStatus(ana, ana.password)).toBe(401);
      expect(await loginStatus(ana, NEW_PASSWORD)).toBe(200);
    });

    it('refuses a wrong current password, a short new one and the same one', async () => {
      const ana = await newPerson(fleet.client);
      expect(await change(ana.accessToken, 'not the password at all')).toMatchObject({ status: 401 });
      expect(await change(ana.accessToken, ana.password, 'too short')).toMatchObject({ status: 422 });
      expect(await change(ana.accessToken, ana.password, ana.password)).toMatchObject({
        status: 422,
        body: { code: 'request.invalid', errors: [{ pointer: '#/newPassword' }] },
      });
      expect(await accessStatus(fleet.client, ana)).toBe(200);
      expect(await loginStatus(ana, ana.password)).toBe(200);
    });

    it('needs a session that is less than five minutes old', async () => {
      const ana = await newPerson(fleet.client);
      await fleet.alterSession(ana.session.id, `created_at = created_at - interval '5 minutes'`);
      const stale = await change(ana.accessToken, ana.password);
      expect(stale).toMatchObject({ status: 401, body: { code: 'auth.insufficient_user_authentication' } });
      const { body } = await reauthenticate(ana);
      expect((await change(body.accessToken, ana.password)).status).toBe(200);
    });

    it('leaves no session of the old password to a login that races it', async () => {
      for (let round = 0; round < 5; round++) {
        const ana = await newPerson(fleet.client);
        const logins = Array.from({ length: 6 }, () =>
          fleet.client.call<Grant>('POST', '/v1/auth/login', { body: { email: ana.email, password: ana.password } }),
        );
        const changed = await change(ana.accessToken, ana.password);
        expect(changed.status).toBe(200);
        for (const { status, body } of await Promise.all(logins)) {
          expect([200, 401]).toContain(status);
          if (status === 200) expect(await accessStatus(fleet.client, body)).toBe(401);
        }
        expect(await accessStatus(fleet.client, changed.body)).toBe(200);
      }
    });

    it('succeeds once when it is done many times at once', async () => {
      const ana = await newPerson(fleet.client);
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, index) => change(ana.accessToken, ana.password, `${NEW_PASSWORD} ${index}`)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    });
  });
});
