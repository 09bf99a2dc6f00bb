import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PROGRAMS = join(import.meta.dirname, 'programs');
const TYPESCRIPT = join(import.meta.dirname, 'typescript-in-node.mjs');
const END_LIMIT_MS = 10_000;

/**
 * Another Node process, which runs one of `programs/`: for what a process cannot show on itself, such as being killed.
 * It speaks by `process.send`, and ends when it is disconnected. Who starts it must end it: `disconnect`, or `kill`.
 */
export class NodeProcess<Message> {
  private constructor(private readonly child: ChildProcess) {}

  /** @param wrapper a command line put before `node`, to run it under another account */
  static start<Message>(program: string, args: string[], wrapper: string[] = []): NodeProcess<Message> {
    const node = [process.execPath, '--import', TYPESCRIPT, join(PROGRAMS, `${program}.ts`), ...args];
    const [command, ...rest] = [...wrapper, ...node] as [string, ...string[]];
    return new NodeProcess(spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  /** What it says next; fails if it ends first. */
  async message(): Promise<Message> {
    const ended = new AbortController();
    const fail = (code: number | null) => ended.abort(new Error(`The process ended (${code}) without a message.`));
    this.child.once('exit', fail);
    try {
      const [message] = (await once(this.child, 'message', { signal: ended.signal })) as [Message];
      return message;
    } catch (error) {
      throw ended.signal.aborted ? ended.signal.reason : error;
    } finally {
      this.child.off('exit', fail);
    }
  }

  /** Has all heard that it says from now on. */
  onMessage(hear: (message: Message) => void): void {
    this.child.on('message', (message) => hear(message as Message));
  }

  /** Asks it to end by itself; after 10 s it is killed. */
  async disconnect(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), END_LIMIT_MS);
    await this.ended();
    clearTimeout(deadline);
  }

  /** kill -9: it gets no chance to tidy up. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }

  /** Resolves when it has ended, for whatever reason. */
  async ended(): Promise<void> {
    if (!this.hasEnded()) await once(this.child, 'exit');
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
