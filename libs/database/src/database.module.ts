import { type DynamicModule, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import { watchPool } from './database.metrics.js';
import { DevelopmentSecrets } from './development-secrets.js';
import { type DatabaseOptions, type OpenedDatabase, openDatabase } from './open-database.js';

const OPENED = Symbol('the opened database');

/**
 * Opens the database before anything that needs it is made, and closes it when all others have shut down their own:
 * what must still be written is written in `beforeApplicationShutdown` at the latest.
 */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  private readonly unwatch: () => void;

  constructor(@Inject(OPENED) private readonly opened: OpenedDatabase) {
    this.unwatch = watchPool(opened.database);
  }

  static forRoot(options: DatabaseOptions): DynamicModule {
    const logger = new Logger('Database');
    const tell = { log: (line: string) => logger.log(line), warn: (line: string) => logger.warn(line) };
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: OPENED, useFactory: () => openDatabase({ ...tell, ...options }) },
        { provide: Database, inject: [OPENED], useFactory: ({ database }: OpenedDatabase) => database },
        DevelopmentSecrets,
      ],
      exports: [Database, DevelopmentSecrets],
    };
  }

  /** Which database this is, for people. */
  describe(): string {
    return this.opened.description;
  }

  async onApplicationShutdown(): Promise<void> {
    this.unwatch();
    await this.opened.close();
  }
}
