import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { HowServed } from '../read-through.js';

const SLOWNESS: Readonly<Record<HowServed, number>> = { L1: 0, L2: 1, miss: 2, stale: 3, bypass: 4 };

/** The slower of two ways in which a read was served. */
export function slower(one: HowServed, other: HowServed): HowServed {
  return SLOWNESS[one] < SLOWNESS[other] ? other : one;
}

interface Answer {
  slowest: HowServed | undefined;
}

/** How the reads of `@Cached` methods were served while one answer was being made: the slowest speaks for all of them. */
@Injectable()
export class CachedReads {
  private readonly answers = new AsyncLocalStorage<Answer | undefined>();

  /** Begins an answer: the reads during the work, awaited or not, are its own. */
  collect<T>(work: () => T): T {
    return this.answers.run({ slowest: undefined }, work);
  }

  /** The reads during the work do not count for the answer. */
  leaveOut<T>(work: () => T): T {
    return this.answers.run(undefined, work);
  }

  note(how: HowServed): void {
    const answer = this.answers.getStore();
    if (answer) answer.slowest = answer.slowest === undefined ? how : slower(answer.slowest, how);
  }

  /** Of the present answer; undefined before its first read. */
  get slowest(): HowServed | undefined {
    return this.answers.getStore()?.slowest;
  }
}
