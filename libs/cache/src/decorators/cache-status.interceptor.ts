import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Observable, tap } from 'rxjs';
import { cacheStatus } from '../cache-status.js';
import { CachedReads } from './cached-reads.js';

const FIELD = 'Cache-Status';

/**
 * Says in the `Cache-Status` of a response how the `@Cached` reads behind it were served. There is one member for all of them,
 * and the slowest speaks: a hit means that every read was one, `detail=L2` that one of them came from Redis, `fwd=miss` that one
 * was loaded, `fwd=bypass` that one was loaded and nothing kept. A response without such reads, an error, and one whose handler
 * has set the field or sent the headers itself are left as they are.
 */
@Injectable()
export class CacheStatusInterceptor implements NestInterceptor {
  constructor(
    private readonly reads: CachedReads,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    return next.handle().pipe(tap(() => this.describe(context.switchToHttp().getResponse())));
  }

  private describe(response: unknown): void {
    const { httpAdapter } = this.adapterHost;
    const how = this.reads.slowest;
    if (how === undefined || httpAdapter.isHeadersSent(response)) return;
    if (httpAdapter.getHeader(response, FIELD) !== undefined) return;
    httpAdapter.setHeader(response, FIELD, cacheStatus(how));
  }
}
