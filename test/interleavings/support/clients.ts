import { randomUUID } from 'node:crypto';
import { newId } from '#database';
import type { SessionGrant } from '#sessions';
import type { Call } from '../../fault/support/history.js';
import type { GatedNode } from './gated-node.js';
import { HistoryRecorder } from './history-recorder.js';
import { wayToPostgres } from './postgres-gates.js';
import type { Scheduler } from './scheduler.js';
import type { World } from './world.js';

interface KnownSession {
  id: string;
  user: string;
  refreshToken: string;
}

const CLIENTS = 3;
const FEWEST_OPERATIONS = 4;
const MORE_OPERATIONS = 4;
/** Of more users each would meet less. */
const SECOND_USER = 0.3;
const LONGEST_PAUSE = 8;
/** What was just begun to change is most likely to be seen wrongly. */
const LATEST = 0.5;
/** So is what has just been changed, at once and elsewhere, */
const LOOKS_AFTER = 0.7;
/** and of what somebody has looked at there is a copy. */
const LOOKS_BEFORE = 0.5;
const ADDRESSES = ['203.0.113.7', '203.0.113.8'];
const USER_AGENT = 'test';

/** Each as often as it stands here. */
const MIX = [
  ...(['log in', 'log in', 'revoke', 'revoke', 'revoke the others', 'refresh'] as const),
  ...(['use', 'use', 'use', 'use', 'use'] as const),
  ...(['write', 'write', 'write', 'read', 'read', 'read', 'read', 'read'] as const),
];
type Operation = (typeof MIX)[number];

const LOOKS: { [operation in Operation]?: Operation } = { write: 'read', revoke: 'use', 'revoke the others': 'use' };

/** What is done, on which node, and to whose profile or which session. */
interface Plan {
  operation: Operation;
  node: number;
  user: string;
  session: KnownSession | null;
}

/** Some clients that log in, use, refresh and end sessions, and read and write profiles, on any node. */
export class Clients {
  readonly history = new HistoryRecorder();
  readonly users: string[] = [];
  readonly operations: Operation[] = [];
  private readonly known: KnownSession[] = [];
  private latest: KnownSession | null = null;
  /** How many operations are under way on each node. */
  private readonly busy = [0, 0];
  private left = 0;
  private failure: Error | null = null;
  private readonly scheduler: Scheduler;

  constructor(private readonly world: World) {
    this.scheduler = world.scheduler;
  }

  /** Every user has an account and a profile, and no session. */
  async begin(): Promise<void> {
    const count = this.scheduler.chance(SECOND_USER) ? 2 : 1;
    for (let index = 0; index < count; index++) this.users.push(newId());
    await this.world.postgres.query(
      `with made as (
         insert into users (id, email, email_canonical, email_verified, password_hash, credential_version, role, created_at)
         select id, email, email, false, 'none', 1, 'user', now() from unnest($1::uuid[], $2::text[]) as new (id, email)
         returning id)
       insert into profiles (user_id, version, created_at, updated_at) select id, 1, now(), now() from made`,
      [this.users, this.users.map(() => `${randomUUID()}@example.com`)],
    );
    for (let client = 1; client <= CLIENTS; client++) {
      const operations = FEWEST_OPERATIONS + this.scheduler.below(MORE_OPERATIONS);
      this.left += operations;
      this.goOn(`client ${client}`, operations);
    }
  }

  /** Whether all operations have come to their end. Throws what none of them may throw. */
  get areDone(): boolean {
    if (this.failure) throw this.failure;
    return this.left === 0;
  }

  private goOn(client: string, operations: number, plans: Plan[] = []): void {
    if (operations === 0) return;
    const carryOut = () => {
      const [plan, ...others] = plans.length > 0 ? plans : this.anyPlans();
      void this.operate(client, plan!)
        .catch((error: Error) => {
          this.failure = error;
        })
        .then(() => {
          this.left--;
          this.goOn(client, operations - 1, others);
        });
    };
    const pause = plans.length > 0 ? 0 : this.scheduler.below(LONGEST_PAUSE);
    this.scheduler.add({ name: `${client} goes on`, lanes: [], carryOut }, pause);
  }

  private async operate(client: string, plan: Plan): Promise<void> {
    const { operation, node } = plan;
    const { name } = this.world.nodes[node]!;
    this.operations.push(operation);
    const what = `${client}: ${operation} on ${name}`;
    this.scheduler.trace.push(`  ${what}`);
    this.busy[node]!++;
    const call = await this.carryOut(plan);
    this.busy[node]!--;
    this.scheduler.trace.push(`  ${what}: ${call.status} ${call.wrote ?? call.saw ?? ''}`);
  }

  /** One operation; or a change, and looks at what it changes. */
  private anyPlans(): Plan[] {
    const operation = this.known.length === 0 ? 'log in' : this.scheduler.pick(MIX);
    const isProfiles = operation === 'write' || operation === 'read';
    const session = isProfiles || operation === 'log in' ? null : this.anySession();
    const plan = { operation, node: this.anyNode(), user: session?.user ?? this.scheduler.pick(this.users), session };
    const look = this.lookAt(plan);
    if (!look) return [plan];
    const before = this.scheduler.chance(LOOKS_BEFORE) ? [{ ...look, node: this.anyNode() }] : [];
    return [...before, plan, ...(this.scheduler.chance(LOOKS_AFTER) ? [look] : [])];
  }

  /** Not all clients may come to wait for the same closed way. */
  private anyNode(): number {
    const node = this.scheduler.below(this.world.nodes.length);
    const isClosed = this.scheduler.isClosed(wayToPostgres(this.world.nodes[node]!.name));
    return isClosed && this.busy[node]! > 0 ? 1 - node : node;
  }

  /** What shows on the other node whether it has been done. */
  private lookAt({ operation, node, user, session }: Plan): Plan | null {
    const look = LOOKS[operation];
    if (!look) return null;
    const others = this.known.filter((other) => other.user === user && other !== session);
    const ended = operation === 'revoke the others' && others.length > 0 ? this.scheduler.pick(others) : session;
    return { operation: look, node: 1 - node, user, session: ended };
  }

  private carryOut({ operation, node: index, user, session }: Plan): Promise<Call> {
    const node = this.world.nodes[index]!;
    switch (operation) {
      case 'log in':
        return this.logIn(node, index, user);
      case 'use':
        return this.use(node, index, session!);
      case 'refresh':
        return this.refresh(node, index, session!);
      case 'revoke':
        return this.revoke(node, index, session!);
      case 'revoke the others':
        return this.revokeOthers(node, index, session!);
      case 'write':
        return this.write(node, index, user);
      case 'read':
        return this.read(node, index, user);
    }
  }

  private async logIn({ sessions }: GatedNode, node: number, user: string): Promise<Call> {
    const client = { ip: ADDRESSES[0]!, userAgent: USER_AGENT };
    const request = { userId: user, credentialVersion: 1, remembered: false, deviceName: null, client };
    let grant: SessionGrant | undefined;
    const call = await this.history.record({ what: 'login', node, user }, false, async () => {
      grant = await sessions.start(request, new Date());
      return { status: 201 };
    });
    if (grant === undefined) return call;
    const { session, refreshToken } = grant;
    call.starts = session.id;
    this.known.push({ id: session.id, user, refreshToken });
    return call;
  }

  private use({ store, lastSeen }: GatedNode, node: number, { id, user }: KnownSession): Promise<Call> {
    return this.history.record({ what: 'use', node, user, uses: [id] }, true, async () => {
      const found = await store.find(user, id, new Date());
      if (found) lastSeen.record(id, new Date());
      return { status: found ? 200 : 401 };
    });
  }

  private refresh({ rotation }: GatedNode, node: number, session: KnownSession): Promise<Call> {
    const { id, user, refreshToken } = session;
    const client = { ip: this.scheduler.pick(ADDRESSES), userAgent: USER_AGENT };
    return this.history.record({ what: 'refresh', node, user, uses: [id] }, true, async () => {
      session.refreshToken = (await rotation.refresh(refreshToken, client, new Date())).refreshToken;
      return { status: 200 };
    });
  }

  private revoke({ sessions }: GatedNode, node: number, { id, user }: KnownSession): Promise<Call> {
    return this.history.record({ what: 'revoke', node, user, ends: [id] }, true, async () => {
      const wasThere = await sessions.end(user, id, 'ended', new Date());
      return { status: wasThere ? 204 : 404 };
    });
  }

  private revokeOthers({ sessions, store }: GatedNode, node: number, { id, user }: KnownSession): Promise<Call> {
    const ends = this.known.filter((other) => other.user === user && other.id !== id).map((other) => other.id);
    const about = { what: 'revoke the others', node, user, uses: [id], ends, endsAll: true };
    return this.history.record(about, true, async () => {
      if ((await store.find(user, id, new Date())) === null) return { status: 401 };
      await sessions.endAllBut(user, id, new Date());
      return { status: 204 };
    });
  }

  private write({ profiles }: GatedNode, node: number, user: string): Promise<Call> {
    return this.history.record({ what: 'write', node, user }, true, async () => {
      const changes = { bio: randomUUID() };
      const { version } = await profiles.change(user, changes, undefined, new Date());
      return { status: 200, wrote: version };
    });
  }

  private read({ profiles }: GatedNode, node: number, user: string): Promise<Call> {
    return this.history.record({ what: 'read', node, user }, true, async () => {
      const { value } = await profiles.get(user);
      return { status: 200, saw: value.version };
    });
  }

  private anySession(): KnownSession {
    if (!this.latest || !this.scheduler.chance(LATEST)) this.latest = this.scheduler.pick(this.known);
    return this.latest;
  }
}
