/**
 * Lets many callers share work that may be begun no earlier than they came: who comes while one round is under way shares
 * the next, with all others who came meanwhile.
 */
export class NextInTurn<T> {
  private current: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | null = null;

  constructor(private readonly work: () => Promise<T>) {}

  /** The result of a round that begins after this call. */
  run(): Promise<T> {
    this.next ??= this.current.then(() => {
      const round = this.work();
      this.next = null;
      this.current = round.catch(() => undefined);
      return round;
    });
    return this.next;
  }
}
