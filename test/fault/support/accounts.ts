import type { Grant } from '../../support/api-client.js';
import { type Credentials, logIn, newPerson } from '../../support/people.js';
import type { FaultNode } from './fault-node.js';

const USERS = 2;
const SESSIONS = 3;
/** Of those that somebody has begun to end, so many are still asked for now and then. */
const REMEMBERED = 4;

/** A user, and the sessions as far as the clients know them. */
export interface Account extends Credentials {
  id: string;
  live: Grant[];
  /** Somebody has begun to end them. */
  ending: Grant[];
}

/** New users, who have logged in a few times each. */
export function newAccounts({ client }: FaultNode): Promise<Account[]> {
  return Promise.all(
    Array.from({ length: USERS }, async () => {
      const person = await newPerson(client);
      const more = await Promise.all(Array.from({ length: SESSIONS - 1 }, () => logIn(client, person)));
      const { email, password, user } = person;
      return { email, password, id: user.id, live: [person, ...more], ending: [] };
    }),
  );
}

export function hasRoom({ live }: Account): boolean {
  return live.length < SESSIONS;
}

export function beginToEnd(account: Account, grant: Grant): void {
  account.live = account.live.filter((each) => each !== grant);
  account.ending = [...account.ending.filter((each) => each !== grant), grant].slice(-REMEMBERED);
}

/** Answers may overtake each other: the token with the higher number is the later one. */
export function renew(grant: Grant, { accessToken, refreshToken }: Grant): void {
  if (numberOf(refreshToken) > numberOf(grant.refreshToken)) Object.assign(grant, { accessToken, refreshToken });
}

function numberOf(refreshToken: string): number {
  return Buffer.from(refreshToken.slice('pcr_'.length), 'base64url').readUInt32BE(16);
}
