import type { CopyKey } from '#redis';
import { measureLoad } from './coherence.metrics.js';
import type { CopyPlan, Found } from './copy-plan.js';

/** One of many copies, each a single value under a key of its own. */
export type BatchedPlan<Copy, Truth> = Omit<CopyPlan<Copy, Truth>, 'load' | 'fields' | 'shared'>;

/** Loads the truths of these plans, in their order. */
export type LoadMany<Plan, Truth> = (plans: readonly Plan[]) => Promise<readonly Truth[]>;

export type AnyPlan = BatchedPlan<unknown, unknown>;

export type Truths = ReadonlyMap<CopyKey, unknown>;

/** What is known so far of the copies that one caller asks for. */
export class CopyBatch {
  missing: readonly AnyPlan[];
  private readonly found = new Map<CopyKey, Found<unknown, unknown>>();

  constructor(
    private readonly plans: readonly AnyPlan[],
    private readonly loadTruths: LoadMany<AnyPlan, unknown>,
  ) {
    this.missing = plans;
  }

  isMissing({ key }: AnyPlan): boolean {
    return !this.found.has(key);
  }

  keepCopies(plans: readonly AnyPlan[], copies: readonly unknown[]): void {
    for (const [index, { key }] of plans.entries()) {
      const copy = copies[index] ?? null;
      if (copy !== null) this.found.set(key, { copy, how: 'L2', ttlMs: 0, bytes: 0 });
    }
    this.missing = this.missing.filter((plan) => this.isMissing(plan));
  }

  /** Those of them that this caller has asked for. */
  keepTruths(truths: Truths, how: 'miss' | 'bypass'): void {
    for (const plan of this.missing) {
      if (truths.has(plan.key)) this.found.set(plan.key, { truth: truths.get(plan.key), how });
    }
    this.missing = this.missing.filter((plan) => this.isMissing(plan));
  }

  /** Counts as one load. */
  async load(plans: readonly AnyPlan[]): Promise<Truths> {
    const truths = await measureLoad({ key: plans[0]!.key, load: () => this.loadTruths(plans) });
    return new Map(plans.map(({ key }, index) => [key, truths[index]!]));
  }

  results(): Found<unknown, unknown>[] {
    return this.plans.map(({ key }) => this.found.get(key)!);
  }
}
