import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgres } from '#database';
import { TcpProxy } from './tcp-proxy.js';

const START_DEADLINE_MS = 60_000;
const POLL_MS = 50;

/**
 * A PostgreSQL of the test's own, whatever `TEST_DATABASE_URL` says: to be stopped, killed, paused and started again. It
 * keeps its data, and its address, which is that of a proxy.
 */
export class PrivatePostgres {
  private isRunning = true;

  private constructor(
    private readonly dataDir: string,
    private readonly way: TcpProxy,
    /** A database to connect to, by the proxy. */
    readonly url: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<PrivatePostgres> {
    const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-test-'));
    // Root's server runs as another account, which must be able to pass.
    await chmod(dataDir, 0o711);
    const server = await serve(dataDir);
    const way = await TcpProxy.to('127.0.0.1', portOf(server));
    const url = new URL(server.url);
    url.port = String(way.port);
    return new PrivatePostgres(dataDir, way, url.href, server);
  }

  /** Graceful: who is connected is told, open transactions are rolled back. */
  async shutDown(): Promise<void> {
    this.isRunning = false;
    await this.server.stop();
  }

  /** kill -9: it recovers from its log when it is started again. */
  async kill(): Promise<void> {
    this.isRunning = false;
    const [pid] = (await readFile(join(this.dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    this.way.reset();
  }

  /** Once more, on the same data, unless it runs. */
  async startAgain(): Promise<void> {
    if (this.isRunning) return;
    this.server = await serve(this.dataDir);
    this.way.leadTo(portOf(this.server));
    this.isRunning = true;
  }

  /** From now on it accepts connections and statements, but answers nothing. */
  pause(): void {
    this.way.stall();
  }

  resume(): void {
    this.way.resume();
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.server.stop();
    await this.way.close();
    await rm(this.dataDir, { recursive: true });
  }
}

/** The processes of a server that was killed need a moment to notice: until they have ended no other one starts. */
async function serve(dataDir: string): Promise<EmbeddedPostgres> {
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      return await EmbeddedPostgres.start({ dataDir, durable: false, log: () => undefined });
    } catch (error) {
      if (!String(error).includes('still in use') || performance.now() > deadline) throw error;
    }
    await pause(POLL_MS);
  }
}

function portOf({ url }: EmbeddedPostgres): number {
  return Number(new URL(url).port);
}
