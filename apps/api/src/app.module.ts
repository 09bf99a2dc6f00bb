import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AuthModule } from '#auth';
import { CacheModule } from '#cache';
import { CoherenceModule, type MemoryOptions } from '#coherence';
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
        CoherenceModule.forRoot({ ...config.coherence, memory: memoryOptions(config) }),
        CacheModule.forRoot({
          backend: cacheBackend(config),
          maxEntries: config.cache.memoryMaxEntries,
          maxBytes: config.cache.memoryMaxBytes,
        }),
        SessionsModule.forRoot({
          limits: config.sessions,
          store: config.redis.enabled || memoryOptions(config) ? 'copies' : 'postgres',
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

/** The embedded database has one process, which needs nobody to tell it what it has changed. */
function memoryOptions({ cache, database }: Config): MemoryOptions | null {
  if (cache.memoryLeaseMs === 0) return null;
  return {
    leaseMs: database.url === null ? null : cache.memoryLeaseMs,
    maxEntries: cache.memoryMaxEntries,
    maxBytes: cache.memoryMaxBytes,
  };
}

function cacheBackend(config: Config): 'redis' | 'memory' | 'none' {
  const { cache, redis } = config;
  if (cache.backend !== 'auto') return cache.backend;
  if (redis.enabled) return 'redis';
  return memoryOptions(config) ? 'memory' : 'none';
}
