import { AsyncLocalStorage } from 'node:async_hooks';

/** Who is carrying out an operation, and may die of it. */
export class Caller {
  isDead = false;
  readonly died: Promise<void>;
  private tell!: () => void;

  constructor(readonly canDie: boolean) {
    this.died = new Promise((resolve) => {
      this.tell = resolve;
    });
  }

  /** Answers whether that has happened. */
  die(): boolean {
    if (!this.canDie) return false;
    this.isDead = true;
    this.tell();
    return true;
  }
}

/** Whose operation this is. */
export const callers = new AsyncLocalStorage<Caller>();
