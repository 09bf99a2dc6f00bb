import { randomInt } from 'node:crypto';
import type { Grant } from '../support/api-client.js';
import { Fleet } from '../support/fleet.js';
import { type Credentials, logIn, newPerson } from '../support/people.js';
import { seededRandom } from '../support/seeded-random.js';

const USERS = 12;
const DEVICES_PER_USER = 4;
const STEPS = 400;
/** Acts on these sessions of the account, most of them live. */
const LATEST = 6;

/** Replies may overtake each other; the token with the higher number is the later one. */
const numberOf = ({ refreshToken }: Grant) => Buffer.from(refreshToken.slice(4), 'base64url').readUInt32BE(16);

/** What the test knows of a session. Times are of the test's own clock. */
interface Known {
  grant: Grant;
  /** Some call that ends it has been sent. */
  isEnding: boolean;
  /** When the first such call was acknowledged. */
  endedAt: number;
}

/** One user, whose devices act at the same time. */
class Account {
  readonly sessions: Known[] = [];
  endings = 0;

  constructor(readonly credentials: Credentials) {}

  add(grant: Grant, isEnding = false): void {
    this.sessions.push({ grant, isEnding, endedAt: Infinity });
  }
}

/**
 * Random histories of many devices over two processes, with two rules: a call that starts after the end of its session was
 * acknowledged is refused; a call on a session that nobody has begun to end is accepted.
 */
it('accepts no ended session and loses no live one', async () => {
  const seed = randomInt(2 ** 31);
  const random = seededRandom(seed);
  const fleet = await Fleet.start({ SESSIONS__MAX_PER_USER: '10000', LOG__LEVEL: 'warn' });
  const { client } = fleet;
  const pick = <T>(items: T[]): T => items[Math.floor(random() * items.length)]!;
  const mistakes: string[] = [];
  const counts = { accepted: 0, refused: 0 };

  async function attempt(session: Known, what: string, call: () => Promise<number>): Promise<void> {
    const startedAt = performance.now();
    const status = await call();
    if (![200, 401].includes(status)) mistakes.push(`${what}: ${status}`);
    if (status === 200 && session.endedAt < startedAt) mistakes.push(`${what}: accepted after its end`);
    if (status === 401 && !session.isEnding) mistakes.push(`${what}: lost`);
    counts[status === 200 ? 'accepted' : 'refused']++;
  }

  const use = (session: Known) =>
    attempt(
      session,
      'use',
      async () => (await client.call('GET', '/v1/auth/session', { token: session.grant.accessToken })).status,
    );

  const refresh = (session: Known) =>
    attempt(session, 'refresh', async () => {
      const { refreshToken } = session.grant;
      const { status, body } = await client.call<Grant>('POST', '/v1/auth/refresh', { body: { refreshToken } });
      if (status === 200 && numberOf(body) > numberOf(session.grant)) session.grant = body;
      return status;
    });

  async function end(account: Account, ending: Known[], call: () => Promise<{ status: number }>): Promise<void> {
    for (const each of ending) each.isEnding = true;
    account.endings++;
    const { status } = await call();
    if (status >= 300) return;
    const now = performance.now();
    for (const each of ending) each.endedAt = Math.min(each.endedAt, now);
  }

  async function endSome(account: Account, session: Known): Promise<void> {
    const { accessToken: token, session: own } = session.grant;
    const others = account.sessions.filter((each) => each !== session);
    const kind = random();
    if (kind < 0.4) await end(account, [session], () => client.call('POST', '/v1/auth/logout', { token }));
    else if (kind < 0.8)
      await end(account, [session], () => client.call('DELETE', `/v1/sessions/${own.id}`, { token }));
    else if (kind < 0.9)
      await end(account, others, () => client.call('DELETE', '/v1/sessions?scope=others', { token }));
    else await end(account, [...account.sessions], () => client.call('DELETE', '/v1/sessions?scope=all', { token }));
  }

  async function start(account: Account): Promise<void> {
    const endings = account.endings;
    const grant = await logIn(client, account.credentials);
    account.add(grant, account.endings > endings); // an ending that overlaps a login may or may not include it
  }

  async function device(account: Account): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      const kind = random();
      const session = pick(account.sessions.slice(-LATEST));
      if (kind < 0.6) await use(session);
      else if (kind < 0.85) await refresh(session);
      else if (kind < 0.93) await start(account);
      else await endSome(account, session);
    }
  }

  const accounts = await Promise.all(
    Array.from({ length: USERS }, async () => {
      const person = await newPerson(client);
      const account = new Account(person);
      account.add(person);
      return account;
    }),
  );
  await Promise.all(accounts.flatMap((account) => Array.from({ length: DEVICES_PER_USER }, () => device(account))));
  process.stdout.write(`seed ${seed}: ${counts.accepted} calls accepted, ${counts.refused} refused\n`);
  expect({ seed, mistakes }).toEqual({ seed, mistakes: [] });
  expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(USERS * STEPS * 0.05);
  await fleet.stop();
}, 900_000);
