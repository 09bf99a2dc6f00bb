import type { Answer, Grant } from '../support/api-client.js';
import { logIn, newPerson } from '../support/people.js';
import { until } from '../support/until.js';
import { FaultCluster } from './support/fault-cluster.js';
import type { FaultNode } from './support/fault-node.js';
import { type StopPointName, StoppingBuild } from './support/stop-points.js';

jest.setTimeout(180_000);

/** A write, and what shows whether it has happened. */
interface Change {
  make(node: FaultNode): Promise<Answer>;
  shows(node: FaultNode): Promise<'old' | 'new'>;
  hasHappened(): Promise<boolean>;
}

/** Who dies, and which nodes Redis cannot be reached from meanwhile. */
interface Course {
  point: StopPointName;
  isCommitted?: boolean;
  cutOff?: readonly number[];
}

/** A busy machine is not to make a node take another path than the one on which it is to die. */
const PATIENT = { COHERENCE__FENCE_LEASE_MS: '1500', REDIS__COMMAND_TIMEOUT_MS: '1000' };
const VICTIM = 0;
const OTHERS = [1, 2] as const;
const NEW_BIO = 'written';
/** How often each node is looked at for what must never come back. */
const LOOKS = 20;

const WRITERS: Course[] = [
  { point: 'before the commit', isCommitted: false },
  { point: 'after the commit, before the fence is read' },
  { point: 'before the copies are removed' },
  { point: 'after the copies were removed' },
  { point: 'before the row of the outbox is deleted' },
  { point: 'after the row of the outbox was deleted' },
  { point: 'after handing over', cutOff: [VICTIM] },
  { point: 'after another has carried it out', cutOff: [VICTIM] },
  { point: 'before abandoning Redis', cutOff: [VICTIM, ...OTHERS] },
  { point: 'after abandoning Redis', cutOff: [VICTIM, ...OTHERS] },
];
const KINDS = ['the end of a session', 'a change of a profile'] as const;

describe('a node that is killed', () => {
  let build: StoppingBuild;
  let cluster: FaultCluster;
  let victim: FaultNode;

  beforeAll(async () => {
    build = await StoppingBuild.make();
    cluster = await FaultCluster.start({
      settings: PATIENT,
      entryOf: (index) => (index === VICTIM ? build.entry : undefined),
    });
    victim = cluster.nodes[VICTIM]!;
  });

  beforeEach(() => cluster.inUse());

  afterEach(() => cluster.heal());

  afterAll(async () => {
    await cluster.stop();
    await build.remove();
  });

  describe.each(WRITERS)('$point', (course) => {
    it.each(KINDS)('leaves %s to the others, wholly or not at all', async (kind) => {
      const change = await dieOf(course, kind);
      const expected = (course.isCommitted ?? true) ? 'new' : 'old';
      expect(await change.hasHappened()).toBe(expected === 'new');
      await until(outboxIsEmpty);
      await expectAlways(expected, change, others());
      await cluster.heal();
      await expectAlways(expected, change, cluster.nodes);
      tell(course, kind, expected === 'new' ? 'carried out by the others' : 'has not happened');
    });

    it.each(KINDS)('leaves %s to be repeated, which is final at once', async (kind) => {
      const change = await dieOf(course, kind);
      const { status } = await change.make(cluster.nodes[1]!);
      await expectAlways('new', change, others());
      expect([200, 204, 404]).toContain(status);
      await cluster.heal();
      await expectAlways('new', change, cluster.nodes);
      await until(outboxIsEmpty);
      tell(course, kind, `repeated elsewhere: ${status}`);
    });
  });

  describe.each([[[1]], [[1, 2]]])('while it carries out the change of another (cut off: %j)', (cutOff) => {
    it.each(KINDS)('does %s no harm', async (kind) => {
      const point = 'while it carries out the change of another';
      const change = await CHANGES[kind]();
      await showEverywhere(change);
      for (const index of cutOff) cluster.nodes[index]!.way.cut();
      await build.arm(point);
      const { status } = await change.make(cluster.nodes[1]!);
      await expectAlways('new', change, others());
      expect([200, 204]).toContain(status);
      await until(() => build.hasStopped(point));
      await victim.died();
      await until(outboxIsEmpty);
      await cluster.heal();
      await expectAlways('new', change, cluster.nodes);
      tell({ point, cutOff }, kind, `answered by the writer: ${status}`);
    });
  });

  describe.each(['before it loads a copy under its lease', 'before it keeps a copy under its lease'] as const)(
    '%s',
    (point) => {
      it.each(KINDS)('keeps no other from reading, nor %s from being final', async (kind) => {
        const change = await CHANGES[kind]();
        await cluster.redis.wipe();
        await build.arm(point);
        await expect(change.shows(victim)).rejects.toThrow('fetch failed');
        expect(build.hasStopped(point)).toBe(true);
        await victim.died();
        expect(await leases()).toHaveLength(1);
        await expectAlways('old', change, others());
        const { status } = await change.make(cluster.nodes[2]!);
        await expectAlways('new', change, others());
        expect([200, 204]).toContain(status);
        tell({ point }, kind, 'read and written by the others');
      });
    },
  );

  const CHANGES: Record<(typeof KINDS)[number], () => Promise<Change>> = {
    'the end of a session': async () => {
      const { grant, other } = await newUser();
      const { id } = grant.session;
      const seen = { 200: 'old', 401: 'new' } as const;
      return {
        make: ({ client }) => client.call('DELETE', `/v1/sessions/${id}`, { token: other.accessToken }),
        shows: async ({ client }) => {
          const { status } = await client.call('GET', '/v1/auth/session', { token: grant.accessToken });
          expect(seen).toHaveProperty(String(status));
          return seen[status as keyof typeof seen];
        },
        hasHappened: async () =>
          (await cluster.sql('select id from sessions where id = $1 and ended_at is null', [id])).length === 0,
      };
    },
    'a change of a profile': async () => {
      const { grant, other } = await newUser();
      const { id } = grant.user;
      return {
        make: ({ client }) => client.call('PATCH', '/v1/profile', { token: other.accessToken, body: { bio: NEW_BIO } }),
        shows: async ({ client }) => {
          const { status, body } = await client.call('GET', '/v1/profile', { token: grant.accessToken });
          expect({ status, bio: body.bio }).toEqual({ status: 200, bio: body.bio === NEW_BIO ? NEW_BIO : null });
          return body.bio === NEW_BIO ? 'new' : 'old';
        },
        hasHappened: async () =>
          (await cluster.sql('select 1 from profiles where user_id = $1 and bio = $2', [id, NEW_BIO])).length > 0,
      };
    },
  };

  /** Two sessions of a user, made where nobody dies. */
  async function newUser(): Promise<{ grant: Grant; other: Grant }> {
    const { client } = cluster.nodes[1]!;
    const person = await newPerson(client);
    return { grant: person, other: await logIn(client, person) };
  }

  /** The victim has begun the change and is dead; its client has no answer. */
  async function dieOf({ point, cutOff = [] }: Course, kind: (typeof KINDS)[number]): Promise<Change> {
    const change = await CHANGES[kind]();
    await showEverywhere(change);
    for (const index of cutOff) cluster.nodes[index]!.way.cut();
    await build.arm(point);
    await expect(change.make(victim)).rejects.toThrow('fetch failed');
    expect(build.hasStopped(point)).toBe(true);
    await victim.died();
    return change;
  }

  /** And so there are copies, for each node to come upon. */
  async function showEverywhere(change: Change): Promise<void> {
    for (const node of cluster.nodes) expect(await change.shows(node)).toBe('old');
  }

  async function expectAlways(expected: 'old' | 'new', change: Change, nodes: readonly FaultNode[]): Promise<void> {
    for (let look = 0; look < LOOKS; look++) {
      const shown = await Promise.all(nodes.map((node) => change.shows(node)));
      expect(shown).toEqual(nodes.map(() => expected));
    }
  }

  function others(): FaultNode[] {
    return OTHERS.map((index) => cluster.nodes[index]!);
  }

  async function outboxIsEmpty(): Promise<boolean> {
    return (await cluster.sql('select 1 from invalidations')).length === 0;
  }

  async function leases(): Promise<string[]> {
    return (await cluster.redis.command('KEYS', '*:lease')) as string[];
  }

  function tell({ point, cutOff = [] }: Course, kind: string, outcome: string): void {
    const where = cutOff.length > 0 ? ` (cut off from Redis: ${cutOff.join(', ')})` : '';
    process.stdout.write(`killed ${point}${where}, ${kind}: ${outcome}\n`);
  }
});
