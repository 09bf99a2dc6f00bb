import { setTimeout as pause } from 'node:timers/promises';
import { type Account, newAccount } from './accounts.js';
import type { FaultCluster } from './fault-cluster.js';
import { mistakesIn } from './history.js';
import { Load } from './load.js';

interface Outcome {
  mistakes: string[];
  operations: number;
  /** How many epochs the fence moved on. */
  bumps: number;
}

const USERS = 2;
const CLIENTS = 6;
/** How long all is well before a fault, and after Redis is in use again. */
const WELL_MS = 300;
/** As long, at most, the load goes on for Redis to come back into use: a busy machine can be too slow for that. */
const RECOVERY_MS = 2_000;

/** Lets a fault befall the cluster under load, heals it, and compares what every node then says with PostgreSQL. */
export async function play(cluster: FaultCluster, befall: () => Promise<void>, seed: number): Promise<Outcome> {
  const accounts = await Promise.all(Array.from({ length: USERS }, () => newAccount(cluster.nodes[0]!.client)));
  const load = new Load(cluster.nodes, accounts, { seed, clients: CLIENTS });
  const bumps = await endure(cluster, befall, [load]);
  return { mistakes: await mistakesOf(load, cluster), operations: load.recorder.calls.length, bumps };
}

/** Lets a fault befall the cluster under these loads and heals it; answers how many epochs the fence moved on. */
export async function endure(
  cluster: FaultCluster,
  befall: () => Promise<void>,
  loads: readonly Load[],
): Promise<number> {
  await cluster.inUse();
  await cluster.forgetBackOff();
  const before = await cluster.epoch();
  for (const load of loads) load.start();
  try {
    await pause(WELL_MS);
    await befall();
  } finally {
    await cluster.heal();
    await Promise.race([cluster.inUse(), pause(RECOVERY_MS)]);
    await pause(WELL_MS);
    await Promise.all(loads.map((load) => load.stop()));
  }
  await cluster.forgetBackOff(); // what the load has kept from coming back is to come soon
  await cluster.inUse();
  return (await cluster.epoch()) - before;
}

/** What went wrong under the load, in the eyes of its clients and beside PostgreSQL. */
export async function mistakesOf({ recorder, accounts }: Load, cluster: FaultCluster): Promise<string[]> {
  return [...mistakesIn(recorder.calls, cluster.downtimes), ...(await untruths(cluster, accounts))];
}

/** What a node says of a session or a profile that PostgreSQL knows otherwise. */
async function untruths(cluster: FaultCluster, accounts: readonly Account[]): Promise<string[]> {
  const said = await Promise.all(accounts.flatMap((account) => cluster.nodes.map((node) => check(account, node))));
  return said.flat();

  async function check(account: Account, { client, index }: FaultCluster['nodes'][number]): Promise<string[]> {
    const [profile] = await cluster.sql<{ version: number; bio: string | null }>(
      'select version, bio from profiles where user_id = $1',
      [account.id],
    );
    const sessions = await cluster.sql<{ id: string }>(
      'select id from sessions where user_id = $1 and ended_at is null',
      [account.id],
    );
    const live = new Set(sessions.map(({ id }) => id));
    const found: string[] = [];
    for (const { session, accessToken: token } of [...account.live, ...account.ending]) {
      const { status, body } = await client.call('GET', '/v1/profile', { token });
      if (status !== (live.has(session.id) ? 200 : 401))
        found.push(`untrue: session ${session.id} on node ${index}: ${status}`);
      if (status === 200 && (body.version !== profile!.version || body.bio !== profile!.bio))
        found.push(`untrue: profile of ${account.id} on node ${index}: ${JSON.stringify(body)}`);
    }
    return found;
  }
}
