import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ENTRY = resolve('dist/apps/api/src/main.js');
/** Beside the build, so that it is gone with it: see `c8 report`. */
const COVERAGE = resolve('dist/.coverage');
const START_DEADLINE_MS = 60_000;
const END_DEADLINE_MS = 20_000;

/** The compiled server as a process of its own, in a folder of its own, on a free port. Needs `npm run build`. */
export class ServerUnderTest {
  private output = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {
    for (const stream of [process.stdout!, process.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /**
   * Starts the server with just these settings; rejects with what it printed when it does not come to listen.
   * @param entry its main module, when it is not that of the build
   */
  static async start(settings: Record<string, string>, entry = ENTRY): Promise<ServerUnderTest> {
    const server = await ServerUnderTest.spawn({ HTTP__PORT: '0', ...settings }, entry);
    await server.listening();
    return server;
  }

  /** Starts the server and waits for nothing: for those that are not to come to listen. */
  static async spawn(settings: Record<string, string>, entry = ENTRY): Promise<ServerUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-server-'));
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, NODE_V8_COVERAGE: COVERAGE, ...settings };
    return new ServerUnderTest(spawn(process.execPath, ['--enable-source-maps', entry], { cwd: folder, env }), folder);
  }

  /** Where the server listens, without a slash at the end. */
  get url(): string {
    const [, url] = /listens on (\S+)/.exec(this.output) ?? [];
    if (!url) throw new Error(`The server does not listen:\n${this.output}`);
    return url;
  }

  /** All that the server has printed: the announcement, its log, what it said at its end. */
  get printed(): string {
    return this.output;
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** Asks the server to end and answers with its exit code. */
  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.ended();
  }

  /** Ends the server as a crash would. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended();
  }

  /** The exit code, once the server has ended by itself, and `null` if it had to be killed; its folder is then gone. */
  async ended(): Promise<number | null> {
    const deadline = setTimeout(() => this.process.kill('SIGKILL'), END_DEADLINE_MS);
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'close');
    clearTimeout(deadline);
    await rm(this.folder, { recursive: true, force: true });
    return this.process.exitCode;
  }

  private async listening(): Promise<void> {
    const deadline = setTimeout(() => this.process.kill('SIGKILL'), START_DEADLINE_MS);
    const ended = once(this.process, 'close').then(() => true);
    while (!this.output.includes('listens on')) {
      if (await Promise.race([ended, once(this.process.stdout!, 'data').then(() => false)])) break;
    }
    clearTimeout(deadline);
    if (this.output.includes('listens on')) return;
    await this.ended();
    throw new Error(`The server did not start:\n${this.output}`);
  }
}
