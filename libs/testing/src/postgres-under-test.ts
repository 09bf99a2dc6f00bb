import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#database';
import { createDatabase, databaseOf, dropDatabases } from './test-database.js';

/**
 * A PostgreSQL for tests: a private one in a temporary folder, or, if `TEST_DATABASE_URL` is set, that one, whose
 * account must be allowed to create databases. Not to be harmed: for that there is `PrivatePostgres`.
 */
export class PostgresUnderTest {
  private constructor(
    /** A database to connect to; the names of those made by `createDatabase` begin with its name. */
    readonly url: string,
    private readonly remove: () => Promise<void>,
  ) {}

  static async start(): Promise<PostgresUnderTest> {
    const given = process.env.TEST_DATABASE_URL;
    return given ? PostgresUnderTest.borrow(given) : PostgresUnderTest.startPrivate();
  }

  /** A fresh, empty database. */
  createDatabase(): Promise<string> {
    return createDatabase(this.url, databaseOf(this.url));
  }

  /** Removes everything that was made. */
  stop(): Promise<void> {
    return this.remove();
  }

  private static async borrow(given: string): Promise<PostgresUnderTest> {
    const url = await createDatabase(given, 'portcullis_test');
    return new PostgresUnderTest(url, () => dropDatabases(given, databaseOf(url)));
  }

  private static async startPrivate(): Promise<PostgresUnderTest> {
    const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-test-'));
    // Root's server runs as another account, which must be able to pass.
    await chmod(dataDir, 0o711);
    const server = await EmbeddedPostgres.start({ dataDir, durable: false, log: () => undefined });
    return new PostgresUnderTest(server.url, async () => {
      await server.stop();
      await rm(dataDir, { recursive: true });
    });
  }
}
