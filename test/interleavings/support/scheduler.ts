import { seededRandom } from '../../support/seeded-random.js';
import type { VirtualClock } from './virtual-clock.js';

/** Something that waits to go on, and may be overtaken by anything else that waits. */
export interface Step {
  name: string;
  /** While one of them is closed the step cannot go on. */
  lanes: readonly string[];
  carryOut: () => unknown;
}

interface Waiting extends Step {
  /** The number of the choice from which it goes on as likely as any other. */
  from: number;
  /** The time from which it may go on. */
  at: number;
}

/** What differs from run to run: how often time goes on, how often by a leap, and how many kinds of steps are slow. */
interface Temper {
  clock: number;
  leap: number;
  slow: number;
}

const TEMPERS = { clock: [0.01, 0.04, 0.12], leap: [0, 0.1, 0.4], slow: [0, 0.15, 0.35] };
/** How often a step of a slow kind is chosen, compared with others. */
const SLOWNESS = 0.004;
const LONGEST_LEAP_MS = 1_500;
/** When there is nothing else to do, who asks again and again shall not do so too often. */
const LONGEST_STALL_MS = 100;

/**
 * Decides by chance, the same for the same seed, which of all that waits goes on next, and when time does. One step is
 * under way at a time, and until everything that follows from it waits again no other begins.
 */
export class Scheduler {
  readonly trace: string[] = [];
  private readonly closed = new Set<string>();
  private waiting: Waiting[] = [];
  private choices = 0;
  private inOrder = true;
  private temper: Temper = { clock: 0, leap: 0, slow: 0 };
  private readonly weights = new Map<string, number>();
  private random = seededRandom(0);
  private startedAt = 0;
  steps = 0;

  /** @param settled resolves when nothing is under way that does not wait here */
  constructor(
    private readonly clock: VirtualClock,
    private readonly settled: () => Promise<void>,
  ) {}

  /** From now on, by chance. */
  begin(seed: number): void {
    this.random = seededRandom(seed);
    const { clock, leap, slow } = TEMPERS;
    this.temper = { clock: this.pick(clock), leap: this.pick(leap), slow: this.pick(slow) };
    this.weights.clear();
    this.closed.clear();
    this.choices = 0;
    this.inOrder = false;
    this.trace.length = 0;
    this.startedAt = Date.now();
  }

  /** From now on first come, first served; nothing is held back, and time advances only when nothing waits. */
  keepOrder(): void {
    this.inOrder = true;
    this.closed.clear();
  }

  get elapsedMs(): number {
    return Date.now() - this.startedAt;
  }

  /** From 0 up to the limit. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  close(lane: string): void {
    this.closed.add(lane);
  }

  open(lane: string): void {
    this.closed.delete(lane);
  }

  isClosed(lane: string): boolean {
    return this.closed.has(lane);
  }

  /**
   * @param holdFor for so many choices others go first
   * @param inMs it does not go on before so much time has passed
   */
  add(step: Step, holdFor = 0, inMs = 0): void {
    this.waiting.push({ ...step, from: this.choices + holdFor, at: Date.now() + inMs });
  }

  /** Goes on in two steps: in one it is done, in the other its outcome becomes known to who asked. */
  async twoSteps<T>(name: string, lanes: readonly string[], done: () => Promise<T>, heard = () => true): Promise<T> {
    return new Promise((resolve, reject) => {
      const carryOut = async () => {
        const outcome = await done().then(
          (value) => () => resolve(value),
          (error: Error) => () => reject(error),
        );
        if (heard()) this.add({ name: `${name}, answer`, lanes, carryOut: outcome });
      };
      this.add({ name, lanes, carryOut });
    });
  }

  get isIdle(): boolean {
    return this.waiting.length === 0;
  }

  /** Lets one step or the clock go on. */
  async proceed(): Promise<void> {
    this.choices++;
    const step = this.inOrder ? this.waiting[0] : this.chooseStep();
    if (step) await this.carryOut(step);
    else this.advance();
    await this.settled();
  }

  /** Lets all go on that waits, without the clock. */
  async drain(): Promise<void> {
    await this.settled();
    while (!this.isIdle) await this.proceed();
  }

  /** What waits for nothing but its turn. */
  private get ready(): readonly Waiting[] {
    const isOpen = ({ lanes, at }: Waiting) => at <= Date.now() && !lanes.some((lane) => this.closed.has(lane));
    return this.waiting.filter(isOpen);
  }

  private chooseStep(): Step | undefined {
    if (this.chance(this.temper.clock)) return undefined;
    const { ready } = this;
    const first = ready.filter(({ from }) => from <= this.choices);
    if (first.length > 0) return this.pickByWeight(first);
    return this.chance(0.5) ? this.pick(ready) : undefined;
  }

  private pickByWeight(steps: readonly Step[]): Step {
    const weights = steps.map(({ name }) => this.weightOf(name));
    let left = this.random() * weights.reduce((sum, weight) => sum + weight);
    return steps.find((_, index) => (left -= weights[index]!) < 0) ?? steps.at(-1)!;
  }

  /** In one run a kind of step is slow, in another it is not. */
  private weightOf(name: string): number {
    const weight = this.weights.get(name) ?? (this.chance(this.temper.slow) ? SLOWNESS : 1);
    this.weights.set(name, weight);
    return weight;
  }

  private async carryOut(step: Step): Promise<void> {
    this.waiting.splice(this.waiting.indexOf(step as Waiting), 1);
    this.steps++;
    this.trace.push(step.name);
    await step.carryOut();
  }

  private advance(): void {
    const before = Date.now();
    if (!this.inOrder && this.chance(this.temper.leap)) this.clock.advance(1 + this.below(LONGEST_LEAP_MS));
    else this.clock.toNextTimer();
    if (this.inOrder || this.ready.length === 0) this.clock.advance(this.below(LONGEST_STALL_MS));
    this.trace.push(`${Date.now() - before} ms pass`);
  }
}
