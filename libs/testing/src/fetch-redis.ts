import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/portcullis');
const FOLDER = join(CACHE, `redis-${process.arch}`);
const SERVER = 'usr/bin/redis-server';
const WHAT_TO_DO =
  'The tests need a Redis server of their own. Install redis-server (7.0 or later) or valkey-server (8 or later), ' +
  'so that it is on the PATH. Fetching its package with apt-get, which needs no root, has failed as well.';

/** Fetches the server and the libraries it lacks once, without root; several processes may do so at the same time. */
export async function fetchRedis() {
  try {
    await access(join(FOLDER, SERVER));
  } catch {
    await fetchInto(FOLDER);
  }
  return programIn(FOLDER);
}

/** Made aside and renamed, so that nobody meets half of it. */
async function fetchInto(folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const aside = await mkdtemp(`${folder}-`);
  try {
    await unpack(aside);
    await rename(aside, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // those mean: another was faster
    });
  } catch (cause) {
    throw new Error(WHAT_TO_DO, { cause });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** The libraries are those of the system where it has them; what the packages name is added while one is missing. */
async function unpack(folder: string): Promise<void> {
  let wanted = ['redis-server', 'redis-tools'];
  const fetched = new Set<string>();
  while (wanted.length > 0) {
    const packages = await mkdtemp(join(folder, 'packages-'));
    await download(wanted, packages);
    for (const name of wanted) fetched.add(name);
    const files = (await readdir(packages)).map((file) => join(packages, file));
    for (const file of files) await run('dpkg-deb', ['--extract', file, folder]);
    const libraries = (await Promise.all(files.map(librariesOf))).flat();
    await rm(packages, { recursive: true });
    if (!(await lacksLibraries(folder))) return;
    wanted = [...new Set(libraries)].filter((name) => !fetched.has(name));
  }
  throw new Error('The packages do not name all the libraries that the server needs.');
}

/** A fresh image has no lists of packages, and only root may fetch them to their place: then into a folder of ours. */
async function download(names: string[], folder: string): Promise<void> {
  const fetch = (...options: string[]) =>
    run('apt-get', [...options, 'download', '--quiet', ...names], { cwd: folder });
  try {
    await fetch();
  } catch {
    const lists = join(CACHE, 'apt');
    await mkdir(lists, { recursive: true });
    const own = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${lists}`];
    await run('apt-get', [...own, 'update', '--quiet']);
    await fetch(...own);
  }
}

/** `libssl3` of `libc6 (>= 2.34), libssl3 (>= 3.0.0) | libssl1, adduser`: the C library must be the system's. */
async function librariesOf(file: string): Promise<string[]> {
  const { stdout } = await run('dpkg-deb', ['--field', file, 'Depends']);
  const names = stdout.split(',').map((entry) => /[a-z0-9.+-]+/.exec(entry)?.[0] ?? '');
  return names.filter((name) => name.startsWith('lib') && name !== 'libc6');
}

async function lacksLibraries(folder: string): Promise<boolean> {
  const { command, env } = await programIn(folder);
  const { stdout } = await run('ldd', [command], { env: { ...process.env, ...env } });
  return stdout.includes('not found');
}

async function programIn(folder: string) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const libraries = found.filter(({ name }) => name.includes('.so')).map(({ parentPath }) => parentPath);
  return { command: join(folder, SERVER), env: { LD_LIBRARY_PATH: [...new Set(libraries)].join(':') } };
}
