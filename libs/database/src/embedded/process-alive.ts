import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Is there a process with this id? One that has ended, and waits for its parent to notice, is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !/^\d+ \(.*\) Z/s.test(procFile(pid, 'stat') ?? '');
}

/** The command line of a living process; null where the system (Windows) does not show it, or it has gone. */
export function commandLine(pid: number): string | null {
  if (process.platform === 'linux') return procFile(pid, 'cmdline')?.replaceAll('\0', ' ') ?? null;
  return ps(pid, 'command');
}

/** This process for good: its id with the time of its start, because ids are used again. */
export function processMark(): string {
  return `${process.pid}-${startOf(process.pid)}`;
}

/** Is the process of this mark alive? Where a start cannot be seen, the id must do. */
export function isMarkAlive(mark: string): boolean {
  const [id = '', start] = mark.split('-');
  const pid = Number.parseInt(id, 10);
  const startNow = isAlive(pid) ? startOf(pid) : null;
  return startNow !== null && (!start || !startNow || start === startNow);
}

// In letters and digits, and meaningful on this machine only.
function startOf(pid: number): string {
  const start =
    process.platform === 'linux'
      ? procFile(pid, 'stat')
          ?.replace(/^.*\) /s, '')
          .split(' ')[19]
      : ps(pid, 'lstart');
  return start?.replace(/\W/g, '') ?? '';
}

function ps(pid: number, column: string): string | null {
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  return spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8', env }).stdout || null;
}

function procFile(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // It has gone in the meantime, or this is not Linux.
    return null;
  }
}
