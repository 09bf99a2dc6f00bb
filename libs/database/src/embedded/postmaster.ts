import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, isAlive } from './process-alive.js';

/** The server process that runs on a cluster. */
export interface Postmaster {
  pid: number;
  port: number;
  status: 'starting' | 'ready' | 'stopping';
}

/** The living server of this cluster, as its lock file `postmaster.pid` tells, whoever has started it. */
export function findPostmaster(data: string): Postmaster | undefined {
  const recorded = readLockFile(data);
  return recorded && isAlive(recorded.pid) && isPostmaster(recorded.pid, data) ? recorded : undefined;
}

/**
 * A server that was killed leaves its lock file. PostgreSQL knows how to deal with it, except when its process id
 * belongs to another program now, as happens after a restart of a container: that one file we remove.
 */
export function forgetRecycledPostmaster(data: string): void {
  const recorded = readLockFile(data);
  if (recorded && isAlive(recorded.pid) && !isPostmaster(recorded.pid, data)) rmSync(lockFile(data), { force: true });
}

const lockFile = (data: string) => join(data, 'postmaster.pid');

// Its lines: process id, data directory, start time, port, socket folder, address, shared memory, status.
function readLockFile(data: string): Postmaster | undefined {
  try {
    const lines = readFileSync(lockFile(data), 'utf8').split('\n');
    return { pid: Number.parseInt(lines[0] ?? '', 10), port: Number(lines[3]), status: statusFrom(lines[7]) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function statusFrom(line = ''): Postmaster['status'] {
  const status = line.trim();
  return status === 'ready' || status === 'stopping' ? status : 'starting';
}

function isPostmaster(pid: number, data: string): boolean {
  return commandLine(pid)?.includes(data) ?? true;
}
