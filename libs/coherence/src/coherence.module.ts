import { type DynamicModule, Module } from '@nestjs/common';
import { Canary } from './canary.js';
import { COHERENCE_OPTIONS, type CoherenceOptions } from './coherence.options.js';
import { CopyBatches } from './copy-batches.js';
import { CopySweep } from './copy-sweep.js';
import { Fence } from './fence.js';
import { FreeValues } from './free-values.js';
import { LocalCopies } from './local-copies.js';
import { Outbox } from './outbox.js';
import { RedisTrust } from './redis-trust.js';
import { Relay } from './relay.js';
import { Removal } from './removal.js';
import { SharedCopies } from './shared-copies.js';
import { Writes } from './writes.js';

/**
 * What makes an acknowledged write final, whatever Redis does: the path of every write, and the copies that may be read.
 * Needs DatabaseModule and RedisModule, on every node alike, also where Redis is off. Configured once, in the composition
 * root.
 */
@Module({})
export class CoherenceModule {
  static forRoot(options: CoherenceOptions): DynamicModule {
    return {
      module: CoherenceModule,
      global: true,
      providers: [
        { provide: COHERENCE_OPTIONS, useValue: options },
        Canary,
        CopyBatches,
        CopySweep,
        Fence,
        FreeValues,
        LocalCopies,
        Outbox,
        RedisTrust,
        Relay,
        Removal,
        SharedCopies,
        Writes,
      ],
      exports: [CopyBatches, CopySweep, FreeValues, LocalCopies, RedisTrust, SharedCopies, Writes],
    };
  }
}
