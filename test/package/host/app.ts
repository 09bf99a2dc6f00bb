import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuthModule, CurrentSession, Public } from 'portcullis/auth';
import { CacheModule } from 'portcullis/cache';
import { CoherenceModule, FenceEntity, InvalidationEntity } from 'portcullis/coherence';
import { DatabaseModule, migrations } from 'portcullis/database';
import { createFastifyAdapter } from 'portcullis/http';
import { Profile, ProfileLifecycle, ProfileModule } from 'portcullis/profile';
import { Handles, type Job, jobType, Queue, QueueModule, queueMigrations } from 'portcullis/queue';
import { RedisModule } from 'portcullis/redis';
import { type LiveSession, SessionEntity, SessionsModule } from 'portcullis/sessions';
import { User } from 'portcullis/users';

const greet = jobType<{ name: string }>('host.greet');

@Injectable()
class Greetings {
  readonly given: string[] = [];

  @Handles(greet)
  greet({ payload }: Job<{ name: string }>): Promise<void> {
    this.given.push(payload.name);
    return Promise.resolve();
  }
}

@Controller()
class GreetingController {
  constructor(
    private readonly queue: Queue,
    private readonly greetings: Greetings,
  ) {}

  @Post('greetings')
  @Public()
  async greetLater(): Promise<void> {
    await this.queue.enqueueAlone(greet, { name: 'Ada' });
  }

  @Get('greetings')
  @Public()
  given(): object {
    return this.greetings.given;
  }

  @Get('open')
  @Public()
  open(): object {
    return { greeting: 'hello' };
  }

  @Get('mine')
  mine(@CurrentSession() { user }: LiveSession): object {
    return { greeting: `hello ${user.id}` };
  }
}

@Module({
  controllers: [GreetingController],
  providers: [Greetings],
  imports: [
    DatabaseModule.forRoot({
      url: process.env['DATABASE_URL'] ?? null,
      directUrl: null,
      dataDir: './data',
      poolSize: 5,
      migrateAtStart: true,
      entities: [User, SessionEntity, Profile, FenceEntity, InvalidationEntity],
      migrations: [...migrations, ...queueMigrations],
    }),
    QueueModule.forRoot({ jobTypes: [greet], works: true, pollMs: 100 }),
    RedisModule.forRoot(null),
    CoherenceModule.forRoot({ fenceLeaseMs: 1000, handoverMs: 250, databaseGraceMs: 10_000 }),
    CacheModule.forRoot({ backend: 'none', maxEntries: 1, maxBytes: 1 }),
    SessionsModule.forRoot({
      store: 'postgres',
      secretKeys: 'development',
      limits: {
        idleSeconds: 3600,
        absoluteSeconds: 86_400,
        rememberedIdleSeconds: 86_400,
        rememberedAbsoluteSeconds: 864_000,
        refreshGraceSeconds: 20,
        maxPerUser: 10,
        capPolicy: 'end_oldest',
      },
    }),
    ProfileModule.forRoot({ ttlSeconds: 60 }),
    AuthModule.forRoot({
      signingKeys: 'development',
      issuer: 'host',
      audience: 'host',
      accessTtlSeconds: 600,
      freshSeconds: 300,
      freshForEnding: false,
      lifecycle: ProfileLifecycle,
    }),
  ],
})
class HostModule {}

const app = await NestFactory.create<NestFastifyApplication>(HostModule, createFastifyAdapter({ trustedProxies: [] }), {
  bodyParser: false,
  logger: ['warn', 'error', 'fatal'],
});
app.enableShutdownHooks(['SIGTERM'], { useProcessExit: true });
await app.listen(0, '127.0.0.1');
console.log(`listens on ${await app.getUrl()}`);
