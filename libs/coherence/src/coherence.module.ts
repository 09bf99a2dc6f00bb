import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Database } from '#database';
import { Canary } from './canary.js';
import { COHERENCE_OPTIONS, type CoherenceOptions, type MemoryOptions } from './coherence.options.js';
import { Copies } from './copies.js';
import { CopyBatches } from './copy-batches.js';
import { CopySweep } from './copy-sweep.js';
import { Fence } from './fence.js';
import { FreeValues } from './free-values.js';
import { InvalidationChannel } from './invalidation-channel.js';
import { InvalidationScope } from './invalidation-scope.js';
import { LocalChannel } from './local-channel.js';
import { MemoryCopies } from './memory-copies.js';
import { Outbox } from './outbox.js';
import { PostgresChannel } from './postgres-channel.js';
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
    const { memory = null } = options;
    if (memory) requireSense(memory);
    return {
      module: CoherenceModule,
      global: true,
      providers: [
        { provide: COHERENCE_OPTIONS, useValue: options },
        ...memoryProviders(memory),
        Canary,
        CopyBatches,
        CopySweep,
        Fence,
        FreeValues,
        InvalidationScope,
        Outbox,
        RedisTrust,
        Relay,
        Removal,
        SharedCopies,
        Writes,
      ],
      exports: [
        Copies,
        CopyBatches,
        CopySweep,
        FreeValues,
        InvalidationChannel,
        InvalidationScope,
        RedisTrust,
        SharedCopies,
        Writes,
      ],
    };
  }
}

function requireSense({ leaseMs, maxEntries, maxBytes }: MemoryOptions): void {
  for (const [name, value] of Object.entries({ leaseMs: leaseMs ?? 1, maxEntries, maxBytes })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`CoherenceModule: memory.${name} is a positive whole number, not ${value}.`);
    }
  }
}

function memoryProviders(memory: MemoryOptions | null): Provider[] {
  return [
    {
      provide: InvalidationChannel,
      inject: [Database, Fence],
      useFactory: (database: Database, fence: Fence) =>
        memory?.leaseMs === null ? new LocalChannel() : new PostgresChannel(database, fence, memory?.leaseMs ?? null),
    },
    {
      provide: MemoryCopies,
      inject: [InvalidationChannel],
      useFactory: (channel: InvalidationChannel) => memory && new MemoryCopies(channel, memory),
    },
    {
      provide: Copies,
      inject: [SharedCopies, MemoryCopies],
      useFactory: (shared: SharedCopies, kept: MemoryCopies | null) => new Copies(shared, kept),
    },
  ];
}
