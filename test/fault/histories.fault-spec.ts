import type { Account } from './support/accounts.js';
import { FaultCluster } from './support/fault-cluster.js';
import { QUICK_FAULTS } from './support/quick-faults.js';
import { LONG_LIVED, newAccounts, planRounds, playRound } from './support/rounds.js';
import { seedOfThisRun } from './support/seed.js';

const NODES = 2;
const ROUNDS = 10;
const HISTORIES = 10;
const LEAST_OPERATIONS = 12;

/** `SEED` makes the same choices again: faults, operations, nodes. Who comes first is up to the machine. */
const seed = seedOfThisRun();

jest.setTimeout(120_000);

describe(`no history of ten (seed ${seed}) goes wrong`, () => {
  let cluster: FaultCluster;
  let accounts: Account[];

  beforeAll(async () => {
    cluster = await FaultCluster.start({ settings: LONG_LIVED, size: NODES });
    accounts = await newAccounts(cluster, HISTORIES);
  });

  afterAll(() => cluster.stop());

  it.each(planRounds(seed, QUICK_FAULTS, { rounds: ROUNDS, histories: HISTORIES }))('when $fault', async (plan) => {
    const { histories } = await playRound(plan, cluster, accounts);
    expect(histories.flatMap(({ mistakes }) => mistakes)).toEqual([]);
    expect(histories).toHaveLength(HISTORIES);
    for (const { calls } of histories) expect(calls.length).toBeGreaterThanOrEqual(LEAST_OPERATIONS);
  });
});
