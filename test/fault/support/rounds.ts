import pLimit from 'p-limit';
import { seededRandom } from '../../support/seeded-random.js';
import { type Account, newAccount } from './accounts.js';
import type { FaultCluster } from './fault-cluster.js';
import type { FaultNode } from './fault-node.js';
import type { Call } from './history.js';
import { Load } from './load.js';
import { endure, mistakesOf } from './play.js';

/** What befalls the cluster, or one node of it. */
type Fault = (cluster: FaultCluster, victim: FaultNode) => Promise<void>;

/** What a seed decides of a round: which fault befalls which node, and a seed for each history. */
export interface RoundPlan {
  fault: string;
  befall: (cluster: FaultCluster) => Promise<void>;
  seeds: number[];
}

/** What the clients of one account did and saw in a round. */
export interface History {
  calls: readonly Call[];
  mistakes: string[];
}

const CLIENTS = 3;
/** Of each client: so that a history has a dozen, however slow the machine is. */
const LEAST_OPERATIONS = 4;
/** Of so many accounts the clients are at work at a time, in turn: more would be too much for a busy machine. */
const ACCOUNTS_AT_ONCE = 2;
/** The accounts are used for longer than they would be. */
export const LONG_LIVED = { JWT__ACCESS_TTL_SECONDS: '3600', SESSIONS__FRESH_SECONDS: '86400' };

/** Each fault befalls as often as any other, or once more; which comes when is for the seed to say. */
export function planRounds(
  seed: number,
  faults: Readonly<Record<string, Fault>>,
  size: { rounds: number; histories: number },
): RoundPlan[] {
  const random = seededRandom(seed);
  let left: [string, Fault][] = [];
  return Array.from({ length: size.rounds }, () => {
    if (left.length === 0) left = Object.entries(faults);
    const [[fault, befall]] = left.splice(Math.floor(random() * left.length), 1) as [[string, Fault]];
    const victim = random();
    return {
      fault,
      befall: (cluster) => befall(cluster, cluster.nodes[Math.floor(victim * cluster.nodes.length)]!),
      seeds: Array.from({ length: size.histories }, () => Math.floor(random() * 2 ** 31)),
    };
  });
}

/** One for each history of a round; they serve for all rounds. */
export async function newAccounts({ nodes }: FaultCluster, count: number): Promise<Account[]> {
  const accounts: Account[] = [];
  while (accounts.length < count) accounts.push(await newAccount(nodes[accounts.length % nodes.length]!.client));
  return accounts;
}

/** Plays the histories side by side while one fault befalls the cluster. */
export async function playRound(
  { befall, seeds }: RoundPlan,
  cluster: FaultCluster,
  accounts: readonly Account[],
): Promise<{ histories: History[]; bumps: number }> {
  await forgetWhatEnded(cluster, accounts);
  const plan = { clients: CLIENTS, least: LEAST_OPERATIONS, turns: pLimit(ACCOUNTS_AT_ONCE) };
  const loads = seeds.map((seed, index) => new Load(cluster.nodes, [accounts[index]!], { ...plan, seed }));
  const bumps = await endure(cluster, () => befall(cluster), loads);
  const histories: History[] = [];
  for (const load of loads) {
    histories.push({ calls: load.recorder.calls, mistakes: await mistakesOf(load, cluster) });
  }
  return { histories, bumps };
}

/** Who ended it, and when, is told by an earlier history. */
async function forgetWhatEnded(cluster: FaultCluster, accounts: readonly Account[]): Promise<void> {
  const rows = await cluster.sql<{ id: string }>('select id from sessions where ended_at is null');
  const live = new Set(rows.map(({ id }) => id));
  for (const account of accounts) {
    account.live = account.live.filter(({ session }) => live.has(session.id));
    account.ending = [];
  }
}
