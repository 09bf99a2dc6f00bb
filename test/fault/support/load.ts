import { setTimeout as pause } from 'node:timers/promises';
import type { Grant } from '../../support/api-client.js';
import { seededRandom } from '../../support/seeded-random.js';
import { type Account, beginToEnd, hasRoom, renew } from './accounts.js';
import type { FaultNode } from './fault-node.js';
import { type Plan, Recorder } from './recorder.js';

const CLIENTS = 6;
/** Who finds a node down asks again after this long. */
const LOST_PAUSE_MS = 20;

/**
 * Clients that do random things to a few accounts, each as fast as the answers come. What has just been changed is looked
 * at on all nodes at once, for that is when something old would be seen.
 */
export class Load {
  readonly recorder = new Recorder();
  private isOver = false;
  private readonly running: Promise<unknown>;
  private biography = 0;

  constructor(
    private readonly nodes: readonly FaultNode[],
    private readonly accounts: readonly Account[],
    seed: number,
  ) {
    this.running = Promise.all(Array.from({ length: CLIENTS }, (_, client) => this.run(seededRandom(seed + client))));
    this.running.catch(() => undefined); // `stop` says so
  }

  /** Resolves when the last call has ended. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async run(random: () => number): Promise<void> {
    while (!this.isOver) await this.act(random);
  }

  private async act(random: () => number): Promise<void> {
    const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
    const node = pick(this.nodes);
    const account = pick(this.accounts);
    const kind = random();
    if (account.live.length === 0 || (kind < 0.05 && hasRoom(account))) return this.logIn(node, account);
    const grant = kind < 0.2 && account.ending.length > 0 ? pick(account.ending) : pick(account.live);
    const act = random();
    if (act < 0.45) return this.use(node, account, grant);
    if (act < 0.8) return this.read(node, account, grant);
    if (act < 0.92) return this.write(node, account, grant);
    if (act < 0.97) return this.refresh(node, account, grant);
    return this.end(node, account, grant, pick(account.live));
  }

  private async use(node: FaultNode, { id }: Account, grant: Grant): Promise<void> {
    await this.call(node, { ...as(id, grant), what: 'use', method: 'GET', path: '/v1/auth/session' });
  }

  private async read(node: FaultNode, { id }: Account, grant: Grant): Promise<void> {
    const plan = { ...as(id, grant), what: 'read', method: 'GET', path: '/v1/profile' };
    const answer = await this.call<{ version: number }>(node, plan);
    if (answer?.status === 200) answer.call.saw = answer.body.version;
  }

  private async write(node: FaultNode, account: Account, grant: Grant): Promise<void> {
    const body = { bio: String(++this.biography) };
    const plan = { ...as(account.id, grant), what: 'write', method: 'PATCH', path: '/v1/profile', body };
    const answer = await this.call<{ version: number }>(node, plan);
    if (answer?.status !== 200) return;
    answer.call.wrote = answer.body.version;
    await this.everywhere((each) => this.read(each, account, grant));
  }

  private async refresh(node: FaultNode, { id }: Account, grant: Grant): Promise<void> {
    const { refreshToken } = grant;
    const session = { user: id, uses: grant.session.id };
    const plan = { ...session, what: 'refresh', method: 'POST', path: '/v1/auth/refresh', body: { refreshToken } };
    const answer = await this.call<Grant>(node, plan);
    if (answer?.status === 200) renew(grant, answer.body);
  }

  private async logIn(node: FaultNode, account: Account): Promise<void> {
    const { id: user, email, password } = account;
    const plan = { user, what: 'login', method: 'POST', path: '/v1/auth/login', body: { email, password } };
    const answer = await this.call<Grant>(node, plan);
    if (answer?.status === 200) account.live.push(answer.body);
  }

  private async end(node: FaultNode, account: Account, grant: Grant, by: Grant): Promise<void> {
    const { id } = grant.session;
    beginToEnd(account, grant);
    const plan = { ...as(account.id, by), ends: id, what: 'end', method: 'DELETE', path: `/v1/sessions/${id}` };
    const answer = await this.call(node, plan);
    if (answer?.status === 204) await this.everywhere((each) => this.use(each, account, grant));
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

function as(user: string, { session, accessToken }: Grant): Pick<Plan, 'user' | 'uses' | 'token'> {
  return { user, uses: session.id, token: accessToken };
}
