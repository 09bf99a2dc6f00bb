import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries } from './binaries.js';
import { makeDraft, removeDraft } from './drafts.js';
import { EmbeddedPostgresFailed } from './embedded.errors.js';
import { giveToUnprivileged, launchOn, makeFolder } from './unprivileged.js';

const run = promisify(execFile);

const INITDB_LIMIT_MS = 120_000;
export const SUPERUSER = 'portcullis';

/** A database cluster on disk: `<dataDir>/postgres`, with PostgreSQL's own files in `data` and its password beside. */
export interface Cluster {
  dataDir: string;
  data: string;
  password: string;
}

export interface ClusterOptions {
  dataDir: string;
  /** false = nothing need outlive a crash of the machine. */
  durable: boolean;
  log: (line: string) => void;
}

/** Opens the cluster, and makes it when there is none. */
export async function openCluster(options: ClusterOptions, binaries: Binaries): Promise<Cluster> {
  const home = join(await usable(options.dataDir, openFolder), 'postgres');
  if (!existsSync(home)) await createCluster(home, options, binaries);
  return {
    dataDir: dirname(home),
    data: join(home, 'data'),
    password: await readPassword(home),
  };
}

async function openFolder(path: string): Promise<string> {
  await makeFolder(path);
  return realpath(path);
}

async function usable<T>(folder: string, use: (folder: string) => Promise<T>): Promise<T> {
  try {
    return await use(folder);
  } catch (cause) {
    throw new EmbeddedPostgresFailed(`the folder ${folder} (DATABASE__DATA_DIR) cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

// Made aside and renamed into place, so that there is a whole cluster or none, whoever is killed or comes second.
async function createCluster(home: string, { dataDir, durable, log }: ClusterOptions, binaries: Binaries) {
  log(`Creating the embedded database in ${dataDir}.`);
  const draft = await usable(dirname(home), makeDraft);
  try {
    await giveToUnprivileged(draft, dirname(home));
    await fillCluster(draft, durable, binaries);
    await rename(draft, home);
  } catch (error) {
    await removeDraft(draft);
    if (!existsSync(home)) throw new EmbeddedPostgresFailed(reasonOf(error), { cause: error });
  }
}

async function fillCluster(home: string, durable: boolean, binaries: Binaries): Promise<void> {
  const owner = await stat(home);
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (process.getuid) await chown(passwordFile, owner.uid, owner.gid);
  const { command, args, options } = await launchOn(home, binaries.initdb, [
    `--pgdata=${join(home, 'data')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order and letter case on every platform, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]);
  await run(command, args, { ...options, timeout: INITDB_LIMIT_MS });
}

function reasonOf(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return stderr || message;
}

async function readPassword(home: string): Promise<string> {
  try {
    return await readFile(join(home, 'password'), 'utf8');
  } catch (cause) {
    throw new EmbeddedPostgresFailed(
      `${home} is not a database of Portcullis, or belongs to another user (was it made as root?).`,
      { cause },
    );
  }
}
