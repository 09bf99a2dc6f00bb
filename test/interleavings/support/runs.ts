import { type Outcome, play } from './run.js';
import type { World } from './world.js';

/** With the nodes that one run leaves behind the next one begins, but not for ever: a run is played again from there. */
const RUNS_PER_START = 50;
/** Seeds of neighbouring runs are far apart. */
const STRIDE = 0x9e3779b9;

/** Run after run, the same ones for the same seed. */
export class Runs {
  readonly totals = {
    runs: 0,
    steps: 0,
    virtualMs: 0,
    operations: new Map<string, number>(),
    faults: new Map<string, number>(),
  };

  constructor(
    private readonly world: World,
    private readonly seed: number,
  ) {}

  /** Plays the runs from one up to another, but none after one that goes wrong: answers what is told of that one. */
  async firstMistake(from: number, to: number): Promise<string | null> {
    for await (const outcome of this.play(from, to)) {
      const { run, mistakes, trace } = outcome;
      if (mistakes.length > 0) return [`Again: SEED=${this.seed} RUN=${run}`, ...mistakes, ...trace].join('\n');
    }
    return null;
  }

  /** The runs from one up to another. */
  async *play(from: number, to: number): AsyncGenerator<Outcome & { run: number }> {
    for (let run = from - (from % RUNS_PER_START); run < to; run++) {
      if (run % RUNS_PER_START === 0) await this.world.startNodes();
      const outcome = await play(this.world, (this.seed + run * STRIDE) | 0);
      if (run < from) continue;
      this.count(outcome);
      yield { ...outcome, run };
    }
  }

  /** In a few lines, for people. */
  summary(): string {
    const { runs, steps, virtualMs, operations, faults } = this.totals;
    return [
      `seed ${this.seed}: ${runs} runs, ${steps} steps, ${Math.round(virtualMs / 1_000)} virtual seconds`,
      `  operations: ${listed(operations)}`,
      `  faults: ${listed(faults)}\n`,
    ].join('\n');
  }

  private count({ steps, virtualMs, operations, faults }: Outcome): void {
    this.totals.runs++;
    this.totals.steps += steps;
    this.totals.virtualMs += virtualMs;
    for (const each of operations) this.totals.operations.set(each, (this.totals.operations.get(each) ?? 0) + 1);
    for (const each of faults) this.totals.faults.set(each, (this.totals.faults.get(each) ?? 0) + 1);
  }
}

function listed(counts: Map<string, number>): string {
  return [...counts]
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
