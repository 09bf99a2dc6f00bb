import type { ApiClient, Grant } from '../../support/api-client.js';
import { logIn, newPerson } from '../../support/people.js';

const SESSIONS = 3;
/** Of those that somebody has begun to end, so many are still asked for now and then. */
const REMEMBERED = 4;

/** A user, with the passwords and sessions as far as the clients know them. */
export interface Account {
  id: string;
  email: string;
  /** One; or several, the likeliest first, when a change of it got no answer. */
  passwords: string[];
  live: Grant[];
  /** Somebody has begun to end them. */
  ending: Grant[];
  /** Their last refresh got no answer. */
  unheard: Set<Grant>;
}

/** A new user, who has logged in a few times. */
export async function newAccount(client: ApiClient): Promise<Account> {
  const person = await newPerson(client);
  const more = await Promise.all(Array.from({ length: SESSIONS - 1 }, () => logIn(client, person)));
  const { email, password, user } = person;
  return { id: user.id, email, passwords: [password], live: [person, ...more], ending: [], unheard: new Set() };
}

export function hasRoom({ live }: Account): boolean {
  return live.length < SESSIONS;
}

export function beginToEnd(account: Account, grants: readonly Grant[]): void {
  account.live = account.live.filter((each) => !grants.includes(each));
  account.ending = [...account.ending.filter((each) => !grants.includes(each)), ...grants].slice(-REMEMBERED);
}

/** Answers may overtake each other: the token with the higher number is the later one. */
export function renew(grant: Grant, { accessToken, refreshToken }: Grant): void {
  if (numberOf(refreshToken) > numberOf(grant.refreshToken)) Object.assign(grant, { accessToken, refreshToken });
}

/** Of several passwords it was this one, or was not. */
export function learn(account: Account, password: string, isRight: boolean): void {
  const others = account.passwords.filter((each) => each !== password);
  account.passwords = isRight ? [password] : [...others, password];
}

function numberOf(refreshToken: string): number {
  return Buffer.from(refreshToken.slice('pcr_'.length), 'base64url').readUInt32BE(16);
}
