/** How often each thing has occurred. */
export class Tally {
  private readonly counts = new Map<string, number>();

  count(thing: string): void {
    this.counts.set(thing, (this.counts.get(thing) ?? 0) + 1);
  }

  of(thing: string): number {
    return this.counts.get(thing) ?? 0;
  }

  /** The most frequent first. */
  toString(): string {
    const sorted = [...this.counts].sort(([, one], [, other]) => other - one);
    return sorted.map(([thing, count]) => `${thing} ${count}`).join(', ');
  }
}
