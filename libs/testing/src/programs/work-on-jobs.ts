import 'reflect-metadata';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DatabaseModule } from '#database';
import { Handles, type Job, jobType, QueueModule, queueMigrations } from '#queue';

// A process that works on jobs until it is killed, says which it has begun, and does not get anywhere with them.
const [url, directUrl] = [process.argv[2] as string, null];
const hang = jobType('test.hang');
const block = jobType<{ ms: number }>('test.block');

class Working {
  @Handles(hang)
  async hang({ id }: Job): Promise<void> {
    process.send?.({ begun: id });
    await new Promise(() => undefined);
  }

  /** Stops the whole process for a while, timers and all, and believes that it is done. */
  @Handles(block)
  block({ id, payload }: Job<{ ms: number }>): Promise<void> {
    process.send?.({ begun: id });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, payload.ms);
    return Promise.resolve();
  }
}

const schema = { entities: [], migrations: queueMigrations };
@Module({
  imports: [
    DatabaseModule.forRoot({ url, directUrl, dataDir: 'unused', poolSize: 4, migrateAtStart: true, ...schema }),
    QueueModule.forRoot({ jobTypes: [hang, block], works: true, pollMs: 50, concurrency: 1 }),
  ],
  providers: [Working],
})
class AppModule {}

const app: INestApplicationContext = await NestFactory.createApplicationContext(AppModule, { logger: false });
process.once('disconnect', () => void app.close());
