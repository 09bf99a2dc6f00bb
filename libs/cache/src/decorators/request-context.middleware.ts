import { Injectable, type NestMiddleware } from '@nestjs/common';
import { CachedReads } from './cached-reads.js';
import { CallerContext } from './caller-context.js';

/**
 * Begins the work of every request before guards are asked, so that the caller whom a guard names is known to all that is done
 * for it: handlers, what they await, and streams that are read after they have returned.
 */
@Injectable()
export class RequestContextMiddleware implements NestMiddleware {
  constructor(
    private readonly callers: CallerContext,
    private readonly reads: CachedReads,
  ) {}

  use(_request: unknown, _response: unknown, next: () => void): void {
    this.reads.collect(() => this.callers.open(next));
  }
}
