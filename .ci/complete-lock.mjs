// The lock file must serve every platform and every registry. npm leaves out the optional packages of other platforms
// when the registry it asked does not carry them, and `npm ci` then refuses the file on those platforms ("Missing: … from
// lock file"). This adds the missing entries by name and version (their integrity is unknown here, so npm checks them
// against the registry's own word) and refuses addresses of registries.
//   node .ci/complete-lock.mjs            complete the file
//   node .ci/complete-lock.mjs --check    exit 1 if it is incomplete or names a registry
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const PLATFORMS = { windows: 'win32' };
for (const name of 'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' '))
  PLATFORMS[name] = name;
const ARCHITECTURES = 'arm arm64 ia32 loong64 ppc64 riscv64 s390x wasm32 x64'.split(' ');

const lock = JSON.parse(readFileSync(FILE, 'utf8'));

function isLocked(name, wantedBy) {
  for (let folder = wantedBy; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

function platformEntry(name, range, dev) {
  const parts = name.split('/').at(-1).split(/[-_]/);
  const os = Object.keys(PLATFORMS).find((key) => parts.includes(key));
  const cpu = ARCHITECTURES.find((key) => parts.includes(key));
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev: true }),
    optional: true,
    ...(os && { os: [PLATFORMS[os]] }),
    ...(parts.includes('musl') && { libc: ['musl'] }),
  };
}

const missing = Object.entries(lock.packages).flatMap(([wantedBy, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !isLocked(name, wantedBy))
    .map(([name, range]) => [`node_modules/${name}`, platformEntry(name, range, dev)]),
);
const addresses = Object.keys(lock.packages).filter((path) => lock.packages[path].resolved);

if (process.argv.includes('--check')) {
  for (const [path] of missing) console.error(`${FILE} lacks ${path}: run "npm run lock"`);
  for (const path of addresses) console.error(`${FILE} names a registry for ${path}: run "npm run lock"`);
  process.exit(missing.length + addresses.length > 0 ? 1 : 0);
}

for (const path of addresses) delete lock.packages[path].resolved;
const entries = [...Object.entries(lock.packages), ...missing];
lock.packages = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  `${FILE}: added ${missing.length} packages of other platforms, removed ${addresses.length} registry addresses`,
);
