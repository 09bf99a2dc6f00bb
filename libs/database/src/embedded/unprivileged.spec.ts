import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveToUnprivileged, launchOn, makeFolder } from './unprivileged.js';

const ID = '/usr/bin/id';
const isRoot = process.getuid?.() === 0;
const worker = isRoot ? 65534 : process.getuid?.();

describe('an embedded database that root starts, and one that others start', () => {
  const path = process.env.PATH;
  let surroundings: string;
  let folder: string;

  beforeEach(() => {
    surroundings = mkdtempSync(join(tmpdir(), 'portcullis-unprivileged-'));
    folder = join(surroundings, 'cluster');
    mkdirSync(folder, { mode: 0o700 });
  });

  afterEach(() => {
    process.env.PATH = path;
    rmSync(surroundings, { recursive: true });
  });

  async function userWhoRuns(): Promise<string> {
    const { command, args, options } = await launchOn(folder, ID, ['-u']);
    return execFileSync(command, args, { ...options, encoding: 'utf8' }).trim();
  }

  it('runs as who owns its folder', async () => {
    chmodSync(surroundings, 0o755);
    await giveToUnprivileged(folder, surroundings);

    expect(await userWhoRuns()).toBe(String(worker));
  });

  it('runs so where setpriv is missing, too', async () => {
    chmodSync(surroundings, 0o755);
    await giveToUnprivileged(folder, surroundings);
    process.env.PATH = surroundings;

    expect((await launchOn(folder, ID, [])).command).toBe(ID);
    expect(await userWhoRuns()).toBe(String(worker));
  });

  it('works in a folder that only root may enter', async () => {
    await giveToUnprivileged(folder, surroundings);

    const { command, args, options } = await launchOn(folder, '/usr/bin/touch', [join(folder, 'file')]);

    expect(spawnSync(command, args, options).status).toBe(0);
    expect(statSync(join(folder, 'file')).uid).toBe(worker);
  });

  it('has folders that belong to who owns the surroundings', async () => {
    if (isRoot) chownSync(surroundings, 1234, 1234);
    const made = join(surroundings, 'data', 'inner');

    await makeFolder(made);

    const owners = [surroundings, join(surroundings, 'data'), made].map((each) => statSync(each).uid);
    expect(new Set(owners).size).toBe(1);
  });
});
