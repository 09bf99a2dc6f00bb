import { Injectable } from '@nestjs/common';
import type { CopyKey } from '#redis';

type Drop = (keys: Iterable<CopyKey>) => void;

/** The copies in the memory of this process: whoever keeps some says here how they are dropped. */
@Injectable()
export class LocalCopies {
  private readonly holders = new Set<Drop>();

  register(drop: Drop): void {
    this.holders.add(drop);
  }

  drop(keys: Iterable<CopyKey>): void {
    for (const holder of this.holders) holder(keys);
  }
}
