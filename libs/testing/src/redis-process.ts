import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort } from './free-port.js';
import { type RedisAddress, runCommand } from './redis-command.js';
import { type RedisProgram } from './redis-program.js';

const START_DEADLINE_MS = 10_000;
const POLL_MS = 5;
const PORTS_TO_TRY = 10;
/** Ends the server and removes its folder when the pipe to whoever started it closes, even if that was killed. */
const WATCH = 'read never; kill -9 "$1"; rm -rf "$2"';

class PortTaken extends Error {}

/** One run of a Redis server or Sentinel; ends with this process at the latest, and never keeps it alive. */
export class RedisProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly watcher: ChildProcess,
  ) {}

  /**
   * Resolves when it answers PING at the address; rejects with what it printed when it does not come to that.
   * @param folder where it works and logs
   */
  static async start(
    program: RedisProgram,
    args: string[],
    folder: string,
    address: RedisAddress,
  ): Promise<RedisProcess> {
    const log = await open(join(folder, 'log'), 'w');
    // Out of our process group: Ctrl-C is for us, and a paused server would outlive it.
    const child = spawn(program.command, args, {
      cwd: folder,
      env: { ...process.env, ...program.env },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await Promise.all([once(child, 'spawn'), log.close()]);
    const started = new RedisProcess(child, watch(child, folder));
    try {
      await Promise.race([started.answers(address), started.endsEarly()]);
      return started;
    } catch (cause) {
      await started.kill();
      const printed = await readFile(join(folder, 'log'), 'utf8');
      if (printed.includes('already in use')) throw new PortTaken(printed);
      throw new Error(`The Redis server did not start:\n${printed}`, { cause });
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(name);
  }

  /** kill -9; resolves when it has ended. */
  async kill(): Promise<void> {
    this.watcher.kill('SIGKILL');
    if (this.hasEnded()) return;
    this.child.ref();
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async endsEarly(): Promise<never> {
    await once(this.child, 'exit');
    throw new Error('It has ended.');
  }

  private async answers(address: RedisAddress): Promise<void> {
    const deadline = performance.now() + START_DEADLINE_MS;
    for (;;) {
      try {
        return await this.answersOnce(address);
      } catch (error) {
        if (this.hasEnded() || performance.now() > deadline) throw error;
      }
      await pause(POLL_MS);
    }
  }

  private async answersOnce(address: RedisAddress): Promise<void> {
    const info = String(await runCommand(address, ['INFO', 'server']));
    if (!info.includes(`process_id:${this.pid}\r\n`)) throw new PortTaken('Another server answers on that port.');
    await runCommand(address, ['PING']); // refused while it loads a snapshot
  }
}

/** Starts something on a free port, on another one if somebody was faster. */
export async function onFreePort<Started>(start: (port: number) => Promise<Started>): Promise<Started> {
  for (let tries = 1; ; tries++) {
    try {
      return await start(await findFreePort());
    } catch (error) {
      if (!(error instanceof PortTaken) || tries === PORTS_TO_TRY) throw error;
    }
  }
}

function watch(child: ChildProcess, folder: string): ChildProcess {
  const watcher = spawn('/bin/sh', ['-c', WATCH, 'sh', String(child.pid), folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.once('exit', () => watcher.kill('SIGKILL'));
  child.unref();
  watcher.unref();
  (watcher.stdin as Socket).unref();
  return watcher;
}
