import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AuthModule } from '#auth';
import { CacheModule } from '#cache';
import { CoherenceModule } from '#coherence';
import type { Config } from '#config';
import { DatabaseModule } from '#database';
import { HttpModule } from '#http';
import { ProfileLifecycle, ProfileModule } from '#profile';
import { RedisModule } from '#redis';
import { SessionsModule } from '#sessions';
import { databaseOptions } from './database-options.js';
import { HealthModule } from './health/health.module.js';
import { MetricsController } from './ops/metrics.controller.js';
import { redisOptions } from './redis-options.js';

/** The composition root: the whole system, and every choice that the configuration makes. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // For modules that join: ours are told what they need.
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => config] }),
        HttpModule,
        DatabaseModule.forRoot(databaseOptions(config)),
        RedisModule.forRoot(redisOptions(config)),
        CoherenceModule.forRoot(config.coherence),
        CacheModule.forRoot({
          backend: cacheBackend(config),
          maxEntries: config.cache.memoryMaxEntries,
          maxBytes: config.cache.memoryMaxBytes,
        }),
        SessionsModule.forRoot({
          limits: config.sessions,
          store: config.redis.enabled ? 'redis' : 'postgres',
          secretKeys: config.secrets.keys?.reveal() ?? 'development',
        }),
        ProfileModule.forRoot({ ttlSeconds: config.cache.profileTtlSeconds }),
        AuthModule.forRoot({
          signingKeys: config.jwt.keys?.reveal() ?? 'development',
          issuer: config.jwt.issuer,
          audience: config.jwt.audience,
          accessTtlSeconds: config.jwt.accessTtlSeconds,
          freshSeconds: config.sessions.freshSeconds,
          freshForEnding: config.sessions.freshForEnding,
          lifecycle: ProfileLifecycle,
        }),
        HealthModule,
      ],
      controllers: config.production ? [] : [MetricsController], // in production it is on the ops port
    };
  }
}

/** Memory knows only its own process: without Redis it is used where the embedded database allows only one. */
function cacheBackend({ cache, database, redis }: Config): 'redis' | 'memory' | 'none' {
  if (cache.backend !== 'auto') return cache.backend;
  if (redis.enabled) return 'redis';
  return database.url === null ? 'memory' : 'none';
}
