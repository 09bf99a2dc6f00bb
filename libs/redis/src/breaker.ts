/**
 * Keeps requests from a Redis that does not answer: one command without an answer opens it, and from then on nobody waits
 * but the probe, which closes it when it succeeds (half-open).
 */
export class Breaker {
  private open = false;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly probe: () => Promise<unknown>,
    private readonly everyMs: number,
    private readonly changed: () => void,
  ) {}

  get isOpen(): boolean {
    return this.open;
  }

  trip(): void {
    if (this.open) return;
    this.open = true;
    this.changed();
    this.schedule(0); // it may have been us: a stall of this process looks like one of Redis
  }

  /** There is a new connection: what the old one did says nothing of it. */
  reset(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.open) return;
    this.open = false;
    this.changed();
  }

  private schedule(inMs: number): void {
    this.timer = setTimeout(() => void this.tryAgain(), inMs).unref();
  }

  private async tryAgain(): Promise<void> {
    const { timer } = this;
    const isWell = await this.probe().then(
      () => true,
      () => false,
    );
    if (this.timer !== timer) return;
    if (isWell) this.reset();
    else this.schedule(this.everyMs);
  }
}
