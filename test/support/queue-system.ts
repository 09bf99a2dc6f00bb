import { type LoggerService, type Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Database, DatabaseModule, migrations } from '#database';
import {
  DeadLetters,
  Handles,
  type Job,
  type JobType,
  Queue,
  QueueModule,
  type QueueOptions,
  queueMigrations,
} from '#queue';
import { createTestDatabase } from '#testing';

interface SystemOptions extends Partial<QueueOptions> {
  /** A new database unless told. */
  url?: string;
  providers?: Provider[];
}

/** A process's worth of the queue: it works on the jobs of the types whose handlers are among its providers. */
export class QueueSystem {
  readonly database = this.module.get(Database);
  readonly queue = this.module.get(Queue);
  readonly deadLetters = this.module.get(DeadLetters);

  private constructor(
    private readonly module: TestingModule,
    readonly url: string,
    /** What it has logged from `warn` on, and its news. */
    readonly log: string[],
  ) {}

  static async start({ url: given, providers = [], ...options }: SystemOptions): Promise<QueueSystem> {
    const url = given ?? (await createTestDatabase());
    const log: string[] = [];
    const module = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({
          url,
          directUrl: null,
          dataDir: 'unused',
          poolSize: 10,
          migrateAtStart: true,
          entities: [],
          migrations: [...migrations, ...queueMigrations],
          log: () => undefined,
        }),
        QueueModule.forRoot({
          jobTypes: [],
          works: true,
          pollMs: 50,
          maintenanceSeconds: 1,
          shutdownSeconds: 1,
          ...options,
        }),
      ],
      providers,
    })
      .setLogger(listening(log))
      .compile();
    try {
      await module.init();
    } catch (error) {
      await module.close();
      throw error;
    }
    return new QueueSystem(module, url, log);
  }

  /** The rows of a type's jobs, dead letters not among them; how long after its begin, or else its coming, each is due. */
  jobs(type: JobType): Promise<{ state: string; retryCount: number; retryLimit: number; waitSeconds: number }[]> {
    return this.database.rows(
      `select state, retry_count, retry_limit, extract(epoch from start_after - coalesce(started_on, created_on))::float8 as wait_seconds
       from portcullis_queue.job where name = $1 order by created_on, id`,
      [type.name],
    );
  }

  async states(type: JobType): Promise<string[]> {
    return (await this.jobs(type)).map(({ state }) => state);
  }

  /** Ends every back-off and delay. */
  async makeDue(): Promise<void> {
    await this.database.execute(
      `update portcullis_queue.job set start_after = now() - interval '1 ms' where state in ('created', 'retry')`,
    );
  }

  close(): Promise<void> {
    return this.module.close();
  }
}

/** A provider with a handler. */
export function handling<Payload extends object>(
  type: JobType<Payload>,
  work: (job: Job<Payload>) => void | Promise<void>,
): Provider {
  class Handling {
    @Handles(type)
    async handle(job: Job<Payload>): Promise<void> {
      await work(job);
    }
  }
  return Handling;
}

function listening(lines: string[]): LoggerService {
  const listen = (message: unknown, ...rest: unknown[]) => {
    if (rest.at(-1) === 'Queue') lines.push(typeof message === 'string' ? message : String(rest[0]));
  };
  return { log: listen, warn: listen, error: listen, debug: () => undefined };
}
