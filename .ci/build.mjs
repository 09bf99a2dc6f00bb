// Compiles the server unless the last build is newer than every source: a second `npm start` need not wait for it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'dist/.built';
const SOURCES = ['apps', 'libs', 'package.json', 'package-lock.json', 'tsconfig.json', 'nest-cli.json'];

function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const sourcesChangedAt = Math.max(...SOURCES.map(newest));
const isCurrent = existsSync(STAMP) && statSync(STAMP).mtimeMs >= sourcesChangedAt;

if (!isCurrent) {
  console.log('Building (only when sources have changed) …');
  rmSync('dist', { recursive: true, force: true });
  execFileSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build', 'api'], { stdio: 'inherit' });
  writeFileSync(STAMP, '');
  utimesSync(STAMP, new Date(), new Date(Math.ceil(sourcesChangedAt))); // whole milliseconds, never earlier
}
