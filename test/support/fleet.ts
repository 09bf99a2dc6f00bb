import pg from 'pg';
import { createTestDatabase, ServerUnderTest } from '#testing';
import { ApiClient } from './api-client.js';
import { findLeaks } from './leaks.js';

/** How many processes serve: the Jest project says it. */
export const { PROCESSES } = globalThis as unknown as { PROCESSES: number };

/** The servers of one test file, as many processes as the Jest project says, on one database of their own. */
export class Fleet {
  readonly client = new ApiClient(() => this.servers.map(({ url }) => url));

  private constructor(
    readonly servers: ServerUnderTest[],
    readonly databaseUrl: string,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Fleet> {
    const databaseUrl = settings.DATABASE__URL ?? (await createTestDatabase());
    const starts = Array.from({ length: PROCESSES }, () =>
      ServerUnderTest.start({ ...settings, DATABASE__URL: databaseUrl }),
    );
    const settled = await Promise.allSettled(starts);
    const servers = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    if (servers.length < PROCESSES) await Promise.all(servers.map((server) => server.kill()));
    await Promise.all(starts); // says why one did not start
    return new Fleet(servers, databaseUrl);
  }

  /** For what HTTP cannot do: to age a row, to look at what is at rest. */
  async sql<Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const connection = new pg.Client(this.databaseUrl);
    await connection.connect();
    try {
      return (await connection.query<Row>(text, values)).rows;
    } finally {
      await connection.end();
    }
  }

  /** Ends the servers, gracefully, and looks for every secret of the client in what they printed and in every table. */
  async stop(): Promise<void> {
    const codes = await Promise.all(this.servers.map((server) => server.stop()));
    expect(codes).toEqual(this.servers.map(() => 0));
    expect(await this.leaks()).toEqual([]);
  }

  async leaks(): Promise<string[]> {
    const printed = this.servers.map(({ printed }) => printed).join('\n');
    return findLeaks(this.client.secrets, printed, this.databaseUrl);
  }
}
