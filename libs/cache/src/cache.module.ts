import { type DynamicModule, Module } from '@nestjs/common';
import { CacheService } from './cache-service.js';
import { MemoryCacheService } from './memory-cache.service.js';
import { NoCacheService } from './no-cache.service.js';

export interface CacheOptions {
  /** `memory` only where a single process serves the database. */
  backend: 'memory' | 'none';
  /** Bounds of the memory; without meaning for `none`. */
  maxEntries: number;
  maxBytes: number;
}

/** Provides `CacheService` to the whole application; configured once, in the composition root. */
@Module({})
export class CacheModule {
  static forRoot(options: CacheOptions): DynamicModule {
    return {
      module: CacheModule,
      global: true,
      providers: [{ provide: CacheService, useFactory: () => cacheFor(options) }],
      exports: [CacheService],
    };
  }
}

function cacheFor(options: CacheOptions): CacheService {
  switch (options.backend) {
    case 'memory':
      return new MemoryCacheService(options);
    case 'none':
      return new NoCacheService();
  }
}
