import { type DynamicModule, Module } from '@nestjs/common';
import { Copies, CopyBatches, CopySweep, FreeValues, InvalidationChannel, Writes } from '#coherence';
import { CacheService } from './cache-service.js';
import { MemoryCacheService } from './memory-cache.service.js';
import { NoCacheService } from './no-cache.service.js';
import { RedisCacheService } from './redis-cache.service.js';

export interface CacheOptions {
  /** `redis`: in Redis, and in memory as CoherenceModule is told. `memory`: only there. */
  backend: 'redis' | 'memory' | 'none';
  /** Bounds of the memory; without meaning for the others. */
  maxEntries: number;
  maxBytes: number;
}

/** Provides `CacheService` to the whole application. Needs CoherenceModule. Configured once, in the composition root. */
@Module({})
export class CacheModule {
  static forRoot({ backend, maxEntries, maxBytes }: CacheOptions): DynamicModule {
    return {
      module: CacheModule,
      global: true,
      providers: [
        {
          provide: CacheService,
          inject: [InvalidationChannel, Copies, CopyBatches, CopySweep, Writes, FreeValues],
          useFactory: (
            channel: InvalidationChannel,
            copies: Copies,
            batches: CopyBatches,
            sweep: CopySweep,
            writes: Writes,
            free: FreeValues,
          ) => {
            switch (backend) {
              case 'redis':
                return new RedisCacheService({ channel, copies, batches, sweep, writes, free });
              case 'memory':
                return new MemoryCacheService({ maxEntries, maxBytes }, { channel, writes });
              case 'none':
                return new NoCacheService(writes);
            }
          },
        },
      ],
      exports: [CacheService],
    };
  }
}
