import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argumentsFor, type RedisUnderTestOptions, urlFor } from './redis-arguments.js';
import { type RedisAddress, type RedisCommand, runCommand } from './redis-command.js';
import { RedisMonitor } from './redis-monitor.js';
import { onFreePort, RedisProcess } from './redis-process.js';
import { findRedisServer, type RedisProgram } from './redis-program.js';
import { writeTlsFiles } from './tls-files.js';

/** A Redis to use but not to harm: it may belong to somebody. */
type PlainRedis = Pick<RedisUnderTest, 'url' | 'command' | 'stop'>;

/** A Redis server of the tests' own on 127.0.0.1, without persistence, to be paused, killed and restored at will. */
export class RedisUnderTest implements RedisAddress {
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly program: RedisProgram,
    private readonly args: string[],
    private readonly folder: string,
    readonly port: number,
    /** With the password. */
    readonly url: string,
    readonly caFile: string | null,
    private process: RedisProcess,
  ) {}

  /** Resolves when the server answers. */
  static async start(options: RedisUnderTestOptions = {}): Promise<RedisUnderTest> {
    const program = await findRedisServer();
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-redis-'));
    try {
      const tls = options.tls ? await writeTlsFiles(folder) : null;
      return await onFreePort(async (port) => {
        const args = argumentsFor(port, tls, options);
        const url = urlFor(port, tls, options);
        const caFile = tls?.caFile ?? null;
        const process = await RedisProcess.start(program, args, folder, { url, caFile });
        return new RedisUnderTest(program, args, folder, port, url, caFile, process);
      });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The server that `TEST_REDIS_URL` names, which may hold the keys of others, else a fresh one. */
  static async plain(): Promise<PlainRedis> {
    const url = process.env.TEST_REDIS_URL;
    if (!url) return RedisUnderTest.start();
    const command = (...parts: RedisCommand) => runCommand({ url, caFile: null }, parts);
    return { url, command, stop: () => Promise.resolve() };
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Runs one command over a connection of its own: see `runCommand`. */
  command(...parts: RedisCommand): Promise<unknown> {
    return runCommand(this, parts);
  }

  monitor(): Promise<RedisMonitor> {
    return RedisMonitor.start(this);
  }

  /** From now on it accepts connections and commands, but answers nothing. */
  pause(): void {
    this.process.signal('SIGSTOP');
  }

  resume(): void {
    this.process.signal('SIGCONT');
  }

  /** Ends it as a crash would; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.process.kill();
  }

  /** Removes all keys. */
  async wipe(): Promise<void> {
    await this.command('FLUSHALL');
  }

  /** Keeps the data of this moment for `restart({ fromSnapshot: true })`. */
  async takeSnapshot(): Promise<void> {
    await this.command('SAVE');
    await rename(this.dump, this.snapshot);
  }

  /** Kills it if it runs, and starts it at the same address, empty or with the data of the last snapshot. */
  async restart({ fromSnapshot = false } = {}): Promise<void> {
    await this.kill();
    if (fromSnapshot) await copyFile(this.snapshot, this.dump);
    else await rm(this.dump, { force: true });
    this.process = await RedisProcess.start(this.program, this.args, this.folder, this);
  }

  /** Ends it, paused or not, and removes its folder; may be called again. */
  stop(): Promise<void> {
    this.stopped ??= this.remove();
    return this.stopped;
  }

  private get dump(): string {
    return join(this.folder, 'dump.rdb');
  }

  private get snapshot(): string {
    return join(this.folder, 'snapshot.rdb');
  }

  private async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
