import { Global, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { CacheRuntime } from './cache-runtime.js';
import { CacheStatusInterceptor } from './cache-status.interceptor.js';
import { CachedReads } from './cached-reads.js';
import { CallerContext } from './caller-context.js';
import { DecoratedInstances } from './decorated-instances.js';
import { RequestContextMiddleware } from './request-context.middleware.js';

/**
 * Makes `@Cached`, `@CacheEvict` and `@CachePut` work in all controllers and providers of the application that imports it, sets
 * `Cache-Status` on its responses, and gives every module `CallerContext`, which AuthModule then tells who calls. Needs CacheModule
 * and CoherenceModule. Imported once, in the composition root.
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    CallerContext,
    CachedReads,
    CacheRuntime,
    DecoratedInstances,
    { provide: APP_INTERCEPTOR, useClass: CacheStatusInterceptor },
  ],
  exports: [CallerContext],
})
export class CacheDecoratorsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestContextMiddleware).forRoutes('/{*path}');
  }
}
