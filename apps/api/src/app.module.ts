import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AuthModule } from '#auth';
import { CacheModule } from '#cache';
import type { Config } from '#config';
import { DatabaseModule } from '#database';
import { HttpModule } from '#http';
import { ProfileLifecycle, ProfileModule } from '#profile';
import { SessionsModule } from '#sessions';
import { databaseOptions } from './database-options.js';
import { HealthModule } from './health/health.module.js';

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
        CacheModule.forRoot({
          backend: cacheBackend(config),
          maxEntries: config.cache.memoryMaxEntries,
          maxBytes: config.cache.memoryMaxBytes,
        }),
        SessionsModule.forRoot({
          limits: config.sessions,
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
    };
  }
}

/** Memory knows only its own process: by default it is used where the embedded database allows only one. */
function cacheBackend({ cache, database }: Config): 'memory' | 'none' {
  if (cache.backend !== 'auto') return cache.backend;
  return database.url === null ? 'memory' : 'none';
}
