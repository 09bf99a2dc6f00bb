import { FaultCluster } from './support/fault-cluster.js';
import { FAULTS } from './support/faults.js';
import { QUICK_FAULTS } from './support/quick-faults.js';
import { LONG_LIVED, newAccounts, planRounds, playRound } from './support/rounds.js';
import { seedOfThisRun } from './support/seed.js';
import { Tally } from './support/tally.js';

const ROUNDS = 50;
const HISTORIES = 50;

/** `SEED` makes the same choices again: faults, operations, nodes. Who comes first is up to the machine. */
it.each([2, 3])(
  'keeps every promise in 2,500 random histories on %d nodes',
  async (nodes) => {
    const seed = seedOfThisRun();
    const [faults, operations] = [new Tally(), new Tally()];
    let [histories, bumps] = [0, 0];
    const cluster = await FaultCluster.start({ settings: LONG_LIVED, size: nodes });
    try {
      const accounts = await newAccounts(cluster, HISTORIES);
      for (const plan of planRounds(seed, { ...FAULTS, ...QUICK_FAULTS }, { rounds: ROUNDS, histories: HISTORIES })) {
        const round = await playRound(plan, cluster, accounts);
        const mistakes = round.histories.flatMap((each) => each.mistakes);
        expect({ seed, fault: plan.fault, mistakes }).toEqual({ seed, fault: plan.fault, mistakes: [] });
        faults.count(plan.fault);
        for (const { calls } of round.histories) for (const { what } of calls) operations.count(what);
        histories += round.histories.length;
        bumps += round.bumps;
      }
    } finally {
      await cluster.stop();
      process.stdout.write(
        `seed ${seed}, ${nodes} nodes: ${histories} histories, ${bumps} bumps\n  operations: ${operations.toString()}\n  faults: ${faults.toString()}\n`,
      );
    }
    expect(histories).toBe(ROUNDS * HISTORIES);
  },
  3_600_000,
);
