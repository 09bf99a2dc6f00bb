import { type Binaries, findBinaries } from './binaries.js';
import { type ClusterOptions, openCluster } from './cluster.js';
import { removeForsakenDrafts } from './drafts.js';
import { findPostmaster } from './postmaster.js';
import { stopServer } from './server.js';
import { type Running, startServer } from './starter.js';

export interface EmbeddedPostgresOptions extends Omit<ClusterOptions, 'durable'> {
  /** false = faster, and nothing need outlive a crash of the machine; for tests. */
  durable?: boolean;
  /** Told when the server is lost. */
  warn?: (line: string) => void;
}

/**
 * The real PostgreSQL, from npm, for who has none: one server on 127.0.0.1 for one process, its data in
 * `<dataDir>/postgres`, guarded by a random password. Works as root, too (PostgreSQL then runs as another account).
 */
export class EmbeddedPostgres {
  private stopping?: Promise<void>;

  private constructor(
    private readonly server: Running,
    private readonly binaries: Binaries,
  ) {}

  /**
   * Starts the server on this directory, and makes both when they are missing. A server that a killed process left is
   * taken over or recovered; what was committed is still there. On Linux a server ends with its process, even when
   * that is killed. If the server dies, it stays dead until the next start.
   * @throws {DataDirectoryInUse} when another living process of this machine uses the directory
   * @throws {EmbeddedPostgresFailed} when it cannot run here, or is not ready after a minute
   */
  static async start({ dataDir, durable = true, log, warn }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const binaries = findBinaries();
    const cluster = await openCluster({ dataDir, durable, log }, binaries);
    const server = await startServer(cluster, binaries, durable);
    await removeForsakenDrafts(cluster.dataDir);
    const embedded = new EmbeddedPostgres(server, binaries);
    server.session.once('end', () => {
      if (!embedded.stopping) warn?.('The connection that holds the embedded database is lost: has its server ended?');
    });
    return embedded;
  }

  /** Where it listens, with the password, until it is stopped. */
  get url(): string {
    return this.server.url;
  }

  /** Ends all connections, rolls back what is open, and resolves when the process has gone. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  // A server that has died leaves its process id to a stranger, who must not be told to end.
  private async end(): Promise<void> {
    const { pid, data } = this.server;
    if (findPostmaster(data)?.pid === pid) await stopServer(pid, this.binaries);
  }
}
