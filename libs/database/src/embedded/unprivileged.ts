import { execFile } from 'node:child_process';
import { chown, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
// Not configuration: where programs are found.
import { env } from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = 0;
const NOBODY = { uid: 65534, gid: 65534 };

interface Account {
  uid: number;
  gid: number;
}

/** How a program is started: the command line, and what `spawn` must be told. */
export interface Launch {
  command: string;
  args: string[];
  options: Partial<Account> & { env?: NodeJS.ProcessEnv };
}

const isRoot = () => process.getuid?.() === ROOT;

/** Makes the folder if it is missing. What root makes belongs to who owns the folder around it: a home under sudo. */
export async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  const outermost = await mkdir(whole, { recursive: true });
  if (!outermost || !isRoot()) return;
  const { uid, gid } = await stat(dirname(outermost));
  for (let made = whole; made.length >= outermost.length; made = dirname(made)) await chown(made, uid, gid);
}

/**
 * PostgreSQL refuses to run as root. So root hands the new folder of the cluster to whoever owns its surroundings (a
 * home under sudo, a mounted project), who can then go on without root; or to nobody, when that is root as well.
 */
export async function giveToUnprivileged(folder: string, surroundings: string): Promise<void> {
  if (!isRoot()) return;
  const owner = await stat(surroundings);
  const { uid, gid } = owner.uid !== ROOT && (await hasName(owner.uid)) ? owner : NOBODY;
  await chown(folder, uid, gid);
}

// initdb refuses an account without a name, as the host's user is in a container.
const hasName = (uid: number) => succeeds('id', ['-un', String(uid)]);

/** A program that works on a folder runs as the folder's owner, and ends when this process does, however it does. */
export async function launchOn(folder: string, program: string, args: string[]): Promise<Launch> {
  const { uid, gid } = await stat(folder);
  const account = isRoot() ? { uid, gid } : undefined;
  for (const flags of waysToRun(account)) {
    const prefix = [...flags, '--'];
    if (await succeeds('setpriv', [...prefix, '/bin/sh', '-c', CAN_WORK, 'sh', program, folder]))
      return { command: 'setpriv', args: [...prefix, program, ...args], options: environment() };
  }
  return { command: program, args, options: { ...environment(), ...account } };
}

const CAN_WORK = '"$1" --version && test -w "$2"';

// On a kill -9 the kernel sends PostgreSQL the signal for a fast shutdown. Without setpriv the server stays, and is adopted.
const ENDING_WITH_US = ['--pdeathsig', 'INT'];

// Root's way past the permissions of files, which Docker grants. It outlives the change of account as an ambient
// capability; without the securebit, access(2) would deny what open(2) allows, and PostgreSQL not find its own programs.
const PAST_PERMISSIONS = [
  '--securebits=+no_setuid_fixup',
  '--inh-caps=-all,+dac_override',
  '--ambient-caps=-all,+dac_override',
];

// An account is given as little as it can work with: more only where program or folder lie in a folder closed to it.
function waysToRun(account: Account | undefined): string[][] {
  if (process.platform !== 'linux') return [];
  if (!account) return [ENDING_WITH_US];
  const plain = ['--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--clear-groups', ...ENDING_WITH_US];
  return [plain, [...PAST_PERMISSIONS, ...plain]];
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  return run(command, args, environment()).then(
    () => true,
    () => false,
  );
}

// Ours may hold secrets, and a program's environment can be read by its account. Windows cannot do without.
function environment(): { env?: NodeJS.ProcessEnv } {
  return process.platform === 'win32' ? {} : { env: { PATH: env.PATH, LC_ALL: 'C', TZ: 'UTC' } };
}
