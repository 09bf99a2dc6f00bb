import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { CopyKey } from '#redis';

interface Scope {
  /** Those of the scopes around it included. */
  readonly keys: readonly CopyKey[];
  readonly around: Scope | undefined;
  isCommitted: boolean;
}

/** Copies that every change within some work makes wrong, whoever makes it there and whatever else it names. */
@Injectable()
export class InvalidationScope {
  private readonly scopes = new AsyncLocalStorage<Scope>();

  /**
   * Carries out the work; every `Writes.commit` that begins during it, awaited or not, names these copies too, so they go
   * when its change is committed. Answers what the work returns, and whether at least one of the commits had
   * come to its end by then: if not, nothing has been removed. Throws what the work throws. Scopes may lie within each other.
   */
  async run<T>(keys: readonly CopyKey[], work: () => Promise<T>): Promise<{ result: T; isCommitted: boolean }> {
    const around = this.scopes.getStore();
    const scope: Scope = { keys: [...(around?.keys ?? []), ...keys], around, isCommitted: false };
    const result = await this.scopes.run(scope, work);
    return { result, isCommitted: scope.isCommitted };
  }

  /** For `Writes`: what a commit that begins now must name besides, and what to call when it has come to its end. */
  join(): { keys: readonly CopyKey[]; committed: () => void } {
    const innermost = this.scopes.getStore();
    return { keys: innermost?.keys ?? [], committed: () => markAll(innermost) };
  }
}

function markAll(innermost: Scope | undefined): void {
  for (let scope = innermost; scope; scope = scope.around) scope.isCommitted = true;
}
