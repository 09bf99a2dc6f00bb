import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { waitFor } from '../wait.js';
import { type Binaries } from './binaries.js';
import { type Cluster } from './cluster.js';
import { EmbeddedPostgresFailed } from './embedded.errors.js';
import { isAlive, processMark } from './process-alive.js';
import { launchOn } from './unprivileged.js';

const STOP_LIMIT_MS = 30_000;
const KEPT_OUTPUT = 4_000;
const NAME_PREFIX = 'portcullis-';

/** A server process that we have started, and the end of what it says. */
export interface ServerProcess {
  child: ChildProcess;
  hasEnded: () => boolean;
  output: () => string;
}

/**
 * Starts a server on the cluster, in a process group of its own: Ctrl-C in the terminal must not reach it before the
 * connections have been drained. Neither the server nor its output keeps this process alive.
 */
export async function spawnServer(cluster: Cluster, binaries: Binaries, durable: boolean): Promise<ServerProcess> {
  const settings = Object.entries(settingsFor(await freePort(), durable)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const { command, args, options } = await launchOn(cluster.data, binaries.postgres, ['-D', cluster.data, ...settings]);
  const child = spawn(command, args, {
    ...options,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.unref();
  return { child, hasEnded: watchEnd(child), output: keepOutput(child) };
}

/** The mark of the process that has started a server, from the name that it gave the cluster: see `settingsFor`. */
export function starterFrom(clusterName: string): string {
  return clusterName.slice(NAME_PREFIX.length);
}

function settingsFor(port: number, durable: boolean): Record<string, string | number> {
  return {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    cluster_name: `${NAME_PREFIX}${processMark()}`,
    max_connections: 100,
    shared_buffers: '64MB',
    timezone: 'UTC',
    lc_messages: 'C',
    // Failed statements are reported to who sent them; in a log they would show what the rows hold.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
}

// "close", not "exit": by then all its output has been read. "error": the command could not be started.
function watchEnd(child: ChildProcess): () => boolean {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  child.once('close', end).once('error', end);
  return () => hasEnded;
}

function keepOutput(child: ChildProcess): () => string {
  let output = '';
  child.stderr?.on('data', (data: Buffer) => {
    output = (output + data.toString()).slice(-KEPT_OUTPUT);
  });
  child.once('error', (error) => {
    output += error.message;
  });
  (child.stderr as Socket | null)?.unref();
  return () => output;
}

/** Fast shutdown: open transactions are rolled back, connections closed. Resolves when the process has gone. */
export async function stopServer(pid: number, binaries: Binaries): Promise<void> {
  await interrupt(pid, binaries);
  const late = () => new EmbeddedPostgresFailed(`its process ${pid} did not stop within ${STOP_LIMIT_MS / 1000} s.`);
  await waitFor(() => !isAlive(pid) || undefined, STOP_LIMIT_MS, late);
}

async function interrupt(pid: number, { pgCtl }: Binaries): Promise<void> {
  if (process.platform === 'win32') {
    await promisify(execFile)(pgCtl, ['kill', 'INT', String(pid)]);
  } else if (isAlive(pid)) {
    process.kill(pid, 'SIGINT');
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
