import pg from 'pg';
import type { Grant } from '../support/api-client.js';
import { accessStatus, type Credentials, logIn, newPerson } from '../support/people.js';
import { until } from '../support/until.js';
import { FaultCluster } from './support/fault-cluster.js';

jest.setTimeout(120_000);

/** What Redis holds after a typical journey. */
const KINDS = ['sessions', 'tokens', 'cache:profile'] as const;
const LEASE = ':lease';
/** Nobody is to stop using Redis because the machine is busy: its keys are what this is about. */
const PATIENT = { COHERENCE__FENCE_LEASE_MS: '5000', REDIS__COMMAND_TIMEOUT_MS: '1000' };

describe('each key that Redis holds may be evicted', () => {
  let cluster: FaultCluster;

  beforeAll(async () => {
    cluster = await FaultCluster.start({ settings: PATIENT });
  });

  beforeEach(() => cluster.inUse());

  afterAll(() => cluster.stop());

  it('after a journey there are keys of these kinds, and no others', async () => {
    await new Journey().begin();
    const kinds = (await keys()).map((key) => /^pc:[^:]+:(.+):\{/.exec(key)?.[1]);
    expect([...new Set(kinds)].sort()).toEqual([...KINDS].sort());
  });

  it.each(KINDS)('%s: on every node all uses are answered as before', async (kind) => {
    for (const index of cluster.nodes.keys()) {
      const journey = await new Journey().begin();
      await evict(kind);
      await journey.expectRightOn(index);
    }
  });

  it.each(KINDS)('%s: a write is final on every node all the same', async (kind) => {
    for (const index of cluster.nodes.keys()) {
      const journey = await new Journey().begin();
      await evict(kind);
      await journey.writeOn(index);
      await journey.expectRightEverywhere();
    }
  });

  it.each(KINDS)('%s: a logout with a refresh token ends its session on every node', async (kind) => {
    const journey = await new Journey().begin();
    await evict(kind);
    await journey.logOutOn(1);
    await journey.expectRightEverywhere();
  });

  it('the lease of a fill: what was loaded before is not kept, and the next read fills anew', async () => {
    const journey = await new Journey().begin();
    await evict('cache:profile');
    const held = await holdProfiles();
    const reading = journey.expectRightOn(0);
    await until(async () => (await keys()).some((key) => key.endsWith(LEASE)));
    const [lease] = (await keys()).filter((key) => key.endsWith(LEASE));
    await cluster.redis.command('UNLINK', lease!);
    await held.end();
    await reading;
    expect((await keys()).filter((key) => key.includes('cache:profile'))).toEqual([]);
    await journey.expectRightEverywhere();
    expect((await keys()).filter((key) => key.includes('cache:profile'))).toEqual([lease!.slice(0, -LEASE.length)]);
    await journey.writeOn(2);
    await journey.expectRightEverywhere();
  });

  /** Somebody with a session that lives and one that has ended, known to all nodes and to Redis. */
  class Journey {
    private person: Credentials & Grant;
    private live: Grant;
    private ended: Grant;
    private bio: string | null = null;

    async begin(): Promise<this> {
      await cluster.redis.wipe();
      const [{ client }] = cluster.nodes as [FaultCluster['nodes'][number]];
      this.person = await newPerson(client);
      this.live = await logIn(client, this.person);
      this.ended = await logIn(client, this.person);
      await this.logOutOn(0);
      await this.writeOn(0);
      await this.expectRightEverywhere();
      return this;
    }

    async logOutOn(index: number): Promise<void> {
      const { client } = cluster.nodes[index]!;
      this.ended = await logIn(client, this.person);
      expect(await accessStatus(client, this.ended)).toBe(200);
      const { refreshToken } = this.ended;
      expect((await client.call('POST', '/v1/auth/logout', { body: { refreshToken } })).status).toBe(204);
    }

    async writeOn(index: number): Promise<void> {
      const { client } = cluster.nodes[index]!;
      this.bio = `written on ${index}`;
      const { accessToken: token } = this.live;
      expect((await client.call('PATCH', '/v1/profile', { token, body: { bio: this.bio } })).status).toBe(200);
    }

    async expectRightEverywhere(): Promise<void> {
      await Promise.all(cluster.nodes.map((_, index) => this.expectRightOn(index)));
    }

    async expectRightOn(index: number): Promise<void> {
      const { client } = cluster.nodes[index]!;
      const { accessToken: token } = this.live;
      expect(await accessStatus(client, this.live)).toBe(200);
      expect(await accessStatus(client, this.ended)).toBe(401);
      const { status, body } = await client.call('GET', '/v1/profile', { token });
      expect({ status, bio: body.bio }).toEqual({ status: 200, bio: this.bio });
      const { refreshToken } = this.live;
      const refreshed = await client.call<Grant>('POST', '/v1/auth/refresh', { body: { refreshToken } });
      expect(refreshed.status).toBe(200);
    }
  }

  async function keys(): Promise<string[]> {
    return (await cluster.redis.command('KEYS', '*')) as string[];
  }

  /** Just these keys, of which there are some. */
  async function evict(kind: string): Promise<void> {
    const found = (await keys()).filter((key) => key.includes(`:${kind}:`));
    expect(found).not.toEqual([]);
    await cluster.redis.command('UNLINK', ...(found as [string]));
  }

  /** Until it ends nobody can load a profile. */
  async function holdProfiles(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: cluster.postgres.url });
    await client.connect();
    await client.query('begin; lock table profiles in access exclusive mode');
    return client;
  }
});
