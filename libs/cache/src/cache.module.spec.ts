import { Global, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Copies, CopyBatches, CopySweep, FreeValues, InvalidationChannel, LocalChannel, Writes } from '#coherence';
import { CacheModule, type CacheOptions } from './cache.module.js';
import { CacheService } from './cache-service.js';

@Injectable()
class Greetings {
  constructor(private readonly cache: CacheService) {}

  async read() {
    return this.cache
      .namespace<string>('greetings', { ttlSeconds: 60 })
      .getOrLoad('en', () => Promise.resolve('hello'));
  }
}

@Module({ providers: [Greetings] })
class GreetingsModule {}

const ASKED_NOTHING = [Copies, CopyBatches, CopySweep, FreeValues, Writes];

/** In place of CoherenceModule, which needs a database: these caches ask nobody. */
@Global()
@Module({
  providers: [
    { provide: InvalidationChannel, useClass: LocalChannel },
    ...ASKED_NOTHING.map((provide) => ({ provide, useValue: {} })),
  ],
  exports: [InvalidationChannel, ...ASKED_NOTHING],
})
class NoCoherenceModule {}

const greetingsOn = async (backend: CacheOptions['backend']) => {
  const imports = [
    NoCoherenceModule,
    CacheModule.forRoot({ backend, maxEntries: 10, maxBytes: 1000 }),
    GreetingsModule,
  ];
  return (await Test.createTestingModule({ imports }).compile()).get(Greetings, { strict: false });
};

describe(CacheModule.name, () => {
  test('gives every module a cache in memory', async () => {
    const greetings = await greetingsOn('memory');
    expect([await greetings.read(), await greetings.read()]).toEqual([
      { value: 'hello', how: 'miss' },
      { value: 'hello', how: 'L1' },
    ]);
  });

  test('gives every module a cache that keeps nothing', async () => {
    const greetings = await greetingsOn('none');
    expect([await greetings.read(), await greetings.read()]).toEqual([
      { value: 'hello', how: 'bypass' },
      { value: 'hello', how: 'bypass' },
    ]);
  });
});
