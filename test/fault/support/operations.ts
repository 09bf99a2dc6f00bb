import { setTimeout as pause } from 'node:timers/promises';
import type { Grant } from '../../support/api-client.js';
import { newCredentials } from '../../support/people.js';
import { type Account, beginToEnd, hasRoom, learn, renew } from './accounts.js';
import type { FaultNode } from './fault-node.js';
import type { Plan, Recorder } from './recorder.js';

/** Who finds a node down asks again after this long. */
const LOST_PAUSE_MS = 20;

/** How many of a hundred operations are of each kind. */
const SHARES = {
  use: 30,
  read: 26,
  write: 12,
  refresh: 6,
  list: 6,
  logIn: 6,
  end: 5,
  logOut: 2,
  logOutByRefreshToken: 2,
  endOthers: 2,
  endAll: 2,
  changePassword: 1,
};
export type Kind = keyof typeof SHARES;
type Operation = (node: FaultNode, account: Account, grant: Grant) => Promise<void>;

/** The kind of operation for a number from 0 up to 1. */
export function kindFor(number: number): Kind {
  let left = number * 100;
  const found = Object.entries(SHARES).find(([, share]) => (left -= share) < 0);
  return found![0] as Kind;
}

/**
 * What a client does with one session of an account, on one node. What has just been changed is looked at on all nodes at
 * once, for that is when something old would be seen.
 */
export class Operations implements Record<Kind, Operation> {
  private biography = 0;

  constructor(
    private readonly nodes: readonly FaultNode[],
    private readonly recorder: Recorder,
  ) {}

  async use(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    await this.with(grant, node, account, { what: 'use', method: 'GET', path: '/v1/auth/session' });
  }

  async read(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const plan = { what: 'read', method: 'GET', path: '/v1/profile' };
    const answer = await this.with<{ version: number }>(grant, node, account, plan);
    if (answer?.status === 200) answer.call.saw = answer.body.version;
  }

  async write(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const body = { bio: String(++this.biography) };
    const plan = { what: 'write', method: 'PATCH', path: '/v1/profile', body };
    const answer = await this.with<{ version: number }>(grant, node, account, plan);
    if (answer?.status !== 200) return;
    answer.call.wrote = answer.body.version;
    await this.everywhere((each) => this.read(each, account, grant));
  }

  /** Unanswered it is to be repeated soon: the token that may have been replaced is good for 20 s. */
  async refresh(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const { refreshToken } = grant;
    const plan = {
      what: 'refresh',
      method: 'POST',
      path: '/v1/auth/refresh',
      token: undefined,
      body: { refreshToken },
    };
    const answer = await this.with<Grant>(grant, node, account, plan);
    if (answer?.status === 200) renew(grant, answer.body);
    if (answer) account.unheard.delete(grant);
    else account.unheard.add(grant);
  }

  async list(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const expected = account.live.map(({ session }) => session.id);
    const plan = { what: 'list', method: 'GET', path: '/v1/sessions' };
    const answer = await this.with<{ items: { id: string }[] }>(grant, node, account, plan);
    if (answer?.status !== 200) return;
    const shows = answer.body.items.map(({ id }) => id);
    Object.assign(answer.call, { shows, lacks: expected.filter((id) => !shows.includes(id)) });
  }

  async logIn(node: FaultNode, account: Account): Promise<void> {
    if (!hasRoom(account)) return this.use(node, account, account.live[0]!);
    const { id: user, email, passwords } = account;
    const [password, isDoubtful] = [passwords[0]!, passwords.length > 1];
    const known = { user, uses: isDoubtful ? undefined : [password], body: { email, password } };
    const answer = await this.call<Grant>(node, { ...known, what: 'login', method: 'POST', path: '/v1/auth/login' });
    if (answer && isDoubtful) learn(account, password, answer.status === 200);
    if (answer?.status !== 200) return;
    answer.call.starts = answer.body.session.id;
    account.live.push(answer.body);
    await this.everywhere((each) => this.use(each, account, answer.body));
  }

  async end(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const by = account.live.find((each) => each !== grant) ?? account.live[0]!;
    const { id } = grant.session;
    const plan = { ...as(account.id, by), what: 'end', method: 'DELETE', path: `/v1/sessions/${id}` };
    await this.endThese(node, account, [grant], plan);
  }

  async logOut(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const plan = { what: 'logout', method: 'POST', path: '/v1/auth/logout', token: grant.accessToken, body: {} };
    await this.endThese(node, account, [grant], { ...plan, user: account.id });
  }

  async logOutByRefreshToken(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const body = { refreshToken: grant.refreshToken };
    const plan = { what: 'logout by refresh token', method: 'POST', path: '/v1/auth/logout', body };
    await this.endThese(node, account, [grant], { ...plan, user: account.id });
  }

  async endOthers(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const others = [...account.ending, ...account.live].filter((each) => each !== grant);
    const plan = { what: 'end others', method: 'DELETE', path: '/v1/sessions?scope=others' };
    await this.endThese(node, account, others, { ...plan, ...as(account.id, grant), endsAll: true });
  }

  async endAll(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const all = [...account.ending, ...account.live];
    const plan = { what: 'end all', method: 'DELETE', path: '/v1/sessions?scope=all' };
    await this.endThese(node, account, all, { ...plan, ...as(account.id, grant), endsAll: true });
  }

  async changePassword(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    if (account.passwords.length > 1) return this.logIn(node, account);
    const currentPassword = account.passwords[0]!;
    const { password: newPassword } = newCredentials();
    const { user, uses, token } = as(account.id, grant);
    const plan = { what: 'change password', method: 'POST', path: '/v1/password/change', endsAll: true };
    const body = { currentPassword, newPassword };
    const all = [...account.ending, ...account.live];
    const known = { user, token, uses: [...uses, currentPassword], ends: [currentPassword] };
    const answer = await this.endThese<Grant>(node, account, all, { ...plan, ...known, body });
    if (!answer) account.passwords.push(newPassword);
    if (answer?.status !== 200) return;
    answer.call.starts = answer.body.session.id;
    account.passwords = [newPassword];
    account.live.push(answer.body);
  }

  /** A session that has been refused is given up. */
  private async with<Body>(grant: Grant, node: FaultNode, account: Account, plan: Omit<Plan, 'user'>) {
    const answer = await this.call<Body>(node, { ...as(account.id, grant), ...plan });
    if (answer?.status === 401) beginToEnd(account, [grant]);
    return answer;
  }

  private async endThese<Body>(node: FaultNode, account: Account, grants: readonly Grant[], plan: Plan) {
    beginToEnd(account, grants);
    const ends = [...(plan.ends ?? []), ...grants.map(({ session }) => session.id)];
    const answer = await this.call<Body>(node, { ...plan, ends });
    const ended = grants.at(-1);
    if (ended && isSuccess(answer)) await this.everywhere((each) => this.use(each, account, ended));
    return answer;
  }

  private async everywhere(look: (node: FaultNode) => Promise<void>): Promise<void> {
    await Promise.all(this.nodes.map(look));
  }

  private async call<Body>(node: FaultNode, plan: Plan) {
    const answer = await this.recorder.call<Body>(node, plan);
    if (!answer) await pause(LOST_PAUSE_MS);
    return answer;
  }
}

function isSuccess(answer: { status: number } | null): boolean {
  return answer?.status === 200 || answer?.status === 204;
}

function as(user: string, { session, accessToken }: Grant) {
  return { user, uses: [session.id], token: accessToken };
}
