import { Logger } from '@nestjs/common';
import type { CopyKey } from '#coherence';
import type { CacheRuntime } from './cache-runtime.js';
import { type AnyMethod, type Call, DecoratedMethod } from './decorated-method.js';

const logger = new Logger('Cache');

/** How a change is made, and so what has to be done after it. */
export interface ChangeOptions {
  /**
   * Whatever the method changes, it changes in `Writes.commit`. Then the copies are not removed once more after it, which saves
   * two commits. Unless told, that is not relied upon.
   */
  allInWrites?: boolean;
}

/** One copy, or all of an owner, that a method makes wrong. */
export abstract class Change {
  constructor(readonly options: ChangeOptions) {}

  /** What keeps it from working, in sentences; given all decorated methods of the application and those of the class. */
  abstract problems(all: readonly DecoratedMethod[], ofClass: readonly DecoratedMethod[]): string[];

  abstract keyToEvict(runtime: CacheRuntime, call: Call): CopyKey;

  /** Called when the copies are gone. */
  warm(_call: Call): Promise<unknown> {
    return Promise.resolve();
  }
}

/** A method after which copies are wrong. Decorators put on top of each other are one change. */
export class ChangingMethod extends DecoratedMethod {
  readonly changes: Change[] = [];

  override prepare(_runtime: CacheRuntime, all: readonly DecoratedMethod[], ofClass: readonly DecoratedMethod[]) {
    return this.changes.flatMap((change) => change.problems(all, ofClass));
  }

  override async answer(runtime: CacheRuntime, call: Call, method: AnyMethod): Promise<unknown> {
    const keys = this.changes.map((change) => change.keyToEvict(runtime, call));
    const allInWrites = this.changes.every(({ options }) => options.allInWrites === true);
    const result = await runtime.change(
      keys,
      () => Promise.resolve(method.apply(call.instance, call.args)),
      allInWrites,
    );
    await runtime.reads.leaveOut(() => this.warm(call));
    return result;
  }

  /** The change has been made: that a copy could not be made anew is no failure of it, and the next read loads. */
  private async warm(call: Call): Promise<void> {
    const fills = await Promise.allSettled(this.changes.map(async (change) => change.warm(call)));
    for (const fill of fills) {
      if (fill.status === 'rejected') logger.debug({ err: fill.reason as unknown }, `${this.name} leaves a copy cold`);
    }
  }
}
