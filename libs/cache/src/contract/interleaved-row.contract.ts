import { setImmediate as settle } from 'node:timers/promises';
import type { Served } from '../read-through.js';

/** A random whole number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number;

const STEPS = 40;
const LOST = new Error('connection lost');

/** How a row is read through the cache, and how its change is made known. */
export interface RowCache {
  read(id: string, load: () => Promise<number>): Promise<Served<number>>;
  forget(id: string): Promise<void>;
}

/** One row of a versioned database, with readers and writers that stop at every await until they are drawn to go on. */
export class InterleavedRow {
  readonly violations: string[] = [];
  hits = 0;
  private committed = 0;
  private acknowledged = 0;
  private readonly paused: Array<() => void> = [];
  private readonly actors: Array<Promise<void>> = [];
  private running = 0;

  constructor(
    private readonly cache: RowCache,
    private readonly id: string,
    private readonly draw: Draw,
    private readonly advance: (seconds: number) => void | Promise<void>,
  ) {}

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) await this.step();
    await this.comeToRest();
    this.start(this.read());
    await this.comeToRest();
    await Promise.all(this.actors);
  }

  private async step(): Promise<void> {
    const next = this.draw(20);
    if (next < 6) this.start(this.read());
    else if (next < 9) this.start(this.write());
    else if (next < 10) await this.advance(1);
    else await this.resumeOne();
  }

  private async comeToRest(): Promise<void> {
    while (this.running > 0) await this.resumeOne();
  }

  private async resumeOne(): Promise<void> {
    const [resume] = this.paused.splice(this.draw(Math.max(1, this.paused.length)), 1);
    resume?.();
    await settle();
  }

  private start(actor: Promise<void>): void {
    this.running += 1;
    this.actors.push(actor.finally(() => (this.running -= 1)));
  }

  private pause(): Promise<void> {
    return new Promise((resume) => this.paused.push(resume));
  }

  private async read(): Promise<void> {
    const oldestAllowed = this.acknowledged;
    const served = await this.cache.read(this.id, () => this.load()).catch(unlessLost);
    if (!served) return;
    if (served.how === 'L1' || served.how === 'L2') this.hits += 1;
    if (served.value < oldestAllowed) {
      this.violations.push(`${this.id}: ${served.how} served ${served.value} after ${oldestAllowed} was acknowledged`);
    }
  }

  private async load(): Promise<number> {
    await this.pause();
    const version = this.committed;
    await this.pause();
    if (this.draw(8) === 0) throw LOST;
    return version;
  }

  private async write(): Promise<void> {
    const version = ++this.committed;
    await this.pause();
    await this.cache.forget(this.id);
    this.acknowledged = Math.max(this.acknowledged, version);
  }
}

function unlessLost(error: unknown): undefined {
  if (error !== LOST) throw error;
}
