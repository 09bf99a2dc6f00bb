import { seededRandom } from '../../support/seeded-random.js';
import type { Account } from './accounts.js';
import type { FaultNode } from './fault-node.js';
import { type Kind, kindFor, Operations } from './operations.js';
import { Recorder } from './recorder.js';

/** Lets work be done when its turn has come. */
type Turns = (work: () => Promise<unknown>) => Promise<unknown>;

export interface LoadPlan {
  seed: number;
  clients: number;
  /** So many operations does each client, though the load be stopped before. */
  least?: number;
  /** The clients wait for their turn, all of them together, before each operation; else each goes as fast as it can. */
  turns?: Turns;
}

/** All that the seed decides of an operation. Which session it is depends on which there are by then. */
interface Choice {
  node: FaultNode;
  account: Account;
  kind: Kind;
  isOfTheEnding: boolean;
  which: number;
}

/** How often somebody comes with a session that he has, or another, has begun to end. */
const ENDING_SHARE = 0.15;

/** Clients that do random things to a few accounts: the same ones in the same order for the same seed. */
export class Load {
  readonly recorder = new Recorder();
  private readonly operations: Operations;
  private isOver = false;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly nodes: readonly FaultNode[],
    readonly accounts: readonly Account[],
    private readonly plan: LoadPlan,
  ) {
    this.operations = new Operations(nodes, this.recorder);
  }

  start(): void {
    const { seed, clients, turns } = this.plan;
    const randoms = Array.from({ length: clients }, (_, client) => seededRandom(seed + client));
    this.running = turns
      ? this.run(randoms, turns)
      : Promise.all(randoms.map((random) => this.run([random], (work) => work())));
    this.running.catch(() => undefined); // `stop` says so
  }

  /** All nodes are there. Resolves when the last call has ended. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
    for (const account of this.accounts) await this.repeatUnheard(this.nodes[0]!, account);
  }

  private async run(randoms: readonly (() => number)[], turns: Turns): Promise<void> {
    const { least = 0 } = this.plan;
    for (let done = 0; !this.isOver || done < least; done++) {
      await turns(() => Promise.all(randoms.map((random) => this.act(this.choose(random)))));
    }
  }

  private choose(random: () => number): Choice {
    return {
      node: pick(this.nodes, random()),
      account: pick(this.accounts, random()),
      kind: kindFor(random()),
      isOfTheEnding: random() < ENDING_SHARE,
      which: random(),
    };
  }

  private async act({ node, account, kind, isOfTheEnding, which }: Choice): Promise<void> {
    await this.repeatUnheard(node, account);
    const { live, ending } = account;
    if (live.length === 0) return this.operations.logIn(node, account);
    const grant = pick(isOfTheEnding && ending.length > 0 ? ending : live, which);
    await this.operations[kind](node, account, grant);
  }

  private async repeatUnheard(node: FaultNode, account: Account): Promise<void> {
    await Promise.all([...account.unheard].map((grant) => this.operations.refresh(node, account, grant)));
  }
}

function pick<T>(items: readonly T[], number: number): T {
  return items[Math.floor(number * items.length)]!;
}
