import { LoadTimeout } from './cache.errors.js';
import type { NamespaceContext } from './namespace-context.js';

/** How long one call waits for a load: counted from when it is known that there is something to wait for. */
export class LoadDeadline {
  /** Rejects with {@link LoadTimeout} when the time is over; never resolves. */
  readonly passed: Promise<never>;
  private pass!: (error: LoadTimeout) => void;
  private readonly timers: NodeJS.Timeout[] = [];

  /** @param hasStale whether there is something older to serve: without it the soft time-out means nothing */
  constructor(
    private readonly context: Pick<NamespaceContext<unknown>, 'name' | 'rules' | 'counts'>,
    private readonly hasStale: () => boolean,
  ) {
    this.passed = new Promise((_, reject) => (this.pass = reject));
    this.passed.catch(() => undefined);
  }

  /** Once. */
  begin(): void {
    if (this.timers.length > 0) return;
    const { softTimeoutMs, hardTimeoutMs } = this.context.rules;
    if (softTimeoutMs !== null) this.after(softTimeoutMs, this.hasStale);
    if (hardTimeoutMs !== null) this.after(hardTimeoutMs, () => true);
  }

  end(): void {
    this.timers.forEach(clearTimeout);
  }

  private after(timeoutMs: number, isOver: () => boolean): void {
    const timer = setTimeout(() => {
      if (!isOver()) return;
      this.context.counts.timeouts += 1;
      this.end();
      this.pass(new LoadTimeout(this.context.name, timeoutMs));
    }, timeoutMs);
    this.timers.push(timer);
  }
}
