import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { watchMemory } from './memory-gauges.js';
import { UnsuitableRedis } from './redis.errors.js';
import type { RedisOptions } from './redis.options.js';
import { RedisConnection } from './redis-connection.js';
import { RedisKeys } from './redis-keys.js';
import { whyUnsuitable } from './server-facts.js';

/**
 * One Redis client, or none, for the whole application. A Redis that cannot be reached at start is no reason not to
 * start; one that can, but must never be used (a cluster, too old a version), is: {@link UnsuitableRedis}.
 */
@Module({})
export class RedisModule implements OnApplicationShutdown {
  private readonly unwatch: () => void;

  constructor(@Inject(RedisConnection) private readonly connection: RedisConnection) {
    this.unwatch = watchMemory(connection);
  }

  /** @param options null = without Redis: then everything is answered from PostgreSQL */
  static forRoot(options: RedisOptions | null): DynamicModule {
    return {
      module: RedisModule,
      global: true,
      providers: [
        { provide: RedisConnection, useFactory: () => open(options) },
        { provide: RedisKeys, useValue: new RedisKeys(options?.keyPrefix ?? '') },
      ],
      exports: [RedisConnection, RedisKeys],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.unwatch();
    await this.connection.close();
  }
}

async function open(options: RedisOptions | null): Promise<RedisConnection> {
  const connection = new RedisConnection(options);
  await connection.open();
  const facts = await connection.facts().catch(() => null);
  const reason = facts && whyUnsuitable(facts);
  if (reason) {
    await connection.close();
    throw new UnsuitableRedis(reason);
  }
  return connection;
}
