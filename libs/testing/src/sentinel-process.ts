import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './redis-command.js';
import { onFreePort, RedisProcess } from './redis-process.js';
import { type RedisProgram } from './redis-program.js';

/**
 * To find the others and learn of changes in a fraction of a second; and never to take a busy machine for a broken
 * clock, which would mean 30 s of idleness.
 */
const PACE = ['publish-period', 100, 'info-period', 200, 'ask-period', 100, 'tilt-trigger', 600_000];

export interface WatchedMaster {
  name: string;
  port: number;
  /** Silent for this long, it is taken for lost. */
  downAfterMs: number;
}

type Facts = Record<string, string>;

/** One Sentinel on 127.0.0.1. */
export class SentinelProcess {
  private constructor(
    readonly port: number,
    private readonly masterName: string,
    private readonly folder: string,
    private readonly process: RedisProcess,
  ) {}

  /** Resolves when it answers; the others it has yet to find. */
  static async start(program: RedisProgram, master: WatchedMaster): Promise<SentinelProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-sentinel-'));
    const file = join(folder, 'sentinel.conf');
    return onFreePort(async (port) => {
      await writeFile(file, configuration(port, master));
      const process = await RedisProcess.start(program, [file, '--sentinel'], folder, addressOf(port));
      await runCommand(addressOf(port), ['SENTINEL', 'DEBUG', ...PACE]);
      return new SentinelProcess(port, master.name, folder, process);
    });
  }

  async master(): Promise<Facts> {
    return factsFrom(await runCommand(addressOf(this.port), ['SENTINEL', 'MASTER', this.masterName]));
  }

  async replicas(): Promise<Facts[]> {
    const found = await runCommand(addressOf(this.port), ['SENTINEL', 'REPLICAS', this.masterName]);
    return (found as unknown[]).map(factsFrom);
  }

  async stop(): Promise<void> {
    await this.process.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function addressOf(port: number): { url: string; caFile: null } {
  return { url: `redis://127.0.0.1:${port}`, caFile: null };
}

function configuration(port: number, { name, port: masterPort, downAfterMs }: WatchedMaster): string {
  return `port ${port}
bind 127.0.0.1
sentinel monitor ${name} 127.0.0.1 ${masterPort} 2
sentinel down-after-milliseconds ${name} ${downAfterMs}
sentinel failover-timeout ${name} 2000
`;
}

/** From the flat list of names and values in which Sentinel answers. */
function factsFrom(reply: unknown): Facts {
  const flat = reply as string[];
  return Object.fromEntries(flat.flatMap((name, index) => (index % 2 ? [] : [[name, flat[index + 1] ?? '']])));
}
