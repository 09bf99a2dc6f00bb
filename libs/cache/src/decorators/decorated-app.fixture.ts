import { Global, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  Copies,
  CopyBatches,
  type CopyKey,
  CopySweep,
  FreeValues,
  InvalidationChannel,
  InvalidationScope,
  LocalChannel,
  Writes,
} from '#coherence';
import { CacheModule } from '../cache.module.js';
import { CacheDecoratorsModule } from './cache-decorators.module.js';
import { CallerContext } from './caller-context.js';

const ASKED_NOTHING = [Copies, CopyBatches, CopySweep, FreeValues];

/** In place of PostgreSQL: changes are committed as soon as they are made. */
class WritesInMemory {
  /** What each commit has named. */
  readonly named: CopyKey[][] = [];
  /** What the next commits end with, once they have been made. */
  failure: Error | null = null;

  build(channel: InvalidationChannel, scope: InvalidationScope): Writes {
    const database = { inTransaction: (work: (tx: null) => Promise<unknown>) => work(null) };
    const outbox = { add: (_: null, keys: CopyKey[]) => Promise.resolve({ id: String(this.named.push(keys)), keys }) };
    const removal = { finish: () => (this.failure ? Promise.reject(this.failure) : Promise.resolve()) };
    return new Writes(database as never, outbox as never, removal as never, channel, scope);
  }
}

export interface DecoratedApp {
  module: TestingModule;
  get<T>(type: Type<T>): T;
  callers: CallerContext;
  writes: Writes;
  /** What each commit has named, in turn. */
  named: CopyKey[][];
  /** Lets what the commits have made be unfinished. */
  failToRemove(failure: Error): void;
}

/** An application with a cache in memory. It is ready, but not initialised, so that it may be served, too. */
export async function compileApp(parts: ModuleMetadata): Promise<DecoratedApp> {
  const inMemory = new WritesInMemory();

  @Global()
  @Module({
    providers: [
      { provide: InvalidationChannel, useClass: LocalChannel },
      InvalidationScope,
      ...ASKED_NOTHING.map((provide) => ({ provide, useValue: {} })),
      {
        provide: Writes,
        inject: [InvalidationChannel, InvalidationScope],
        useFactory: (channel: InvalidationChannel, scope: InvalidationScope) => inMemory.build(channel, scope),
      },
    ],
    exports: [InvalidationChannel, InvalidationScope, ...ASKED_NOTHING, Writes],
  })
  class CoherenceInMemory {}

  const cache = CacheModule.forRoot({ backend: 'memory', maxEntries: 1_000, maxBytes: 1_000_000 });
  const imports = [CoherenceInMemory, cache, CacheDecoratorsModule, ...(parts.imports ?? [])];
  const module = await Test.createTestingModule({ ...parts, imports }).compile();
  return {
    module,
    get: (type) => module.get(type),
    callers: module.get(CallerContext),
    writes: module.get(Writes),
    named: inMemory.named,
    failToRemove: (failure) => {
      inMemory.failure = failure;
    },
  };
}

/** The same, started. */
export async function startApp(...providers: Type[]): Promise<DecoratedApp> {
  const app = await compileApp({ providers });
  await app.module.init();
  return app;
}
