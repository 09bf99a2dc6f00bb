import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MutatedBuild, type Mutation } from './mutated-build.js';

/** A place of the compiled source, within `text`: `STOP` stands where the process dies. */
type StopPoint = Mutation;

const STOP = '/* stop */';
const REMOVAL = 'coherence/src/removal.js';
const COPIES = 'coherence/src/shared-copies.js';

const before = (file: string, text: string): StopPoint => ({ file, text, becomes: `${STOP} ${text}` });
const after = (file: string, text: string): StopPoint => ({ file, text, becomes: `${text} ${STOP}` });

/** Each by its name, which reads on after "killed". */
const STOP_POINTS = {
  'before the commit': {
    file: 'coherence/src/writes.js',
    text: 'return [changed, keys.size > 0 ? await this.outbox.add(tx, [...keys]) : null];',
    becomes: `const added = keys.size > 0 ? await this.outbox.add(tx, [...keys]) : null; ${STOP} return [changed, added];`,
  },
  'after the commit, before the fence is read': after(REMOVAL, 'async finish(invalidation) {'),
  'before the copies are removed': after(REMOVAL, 'async removeHere({ keys }, reading) {'),
  'after the copies were removed': after(REMOVAL, 'await this.redis.run((redis) => redis.unlink(...gone));'),
  'before the row of the outbox is deleted': after(REMOVAL, 'await this.fence.settled(reading);'),
  'after the row of the outbox was deleted': after(REMOVAL, 'await this.outbox.remove(id);'),
  'after handing over': after(REMOVAL, 'await this.outbox.handOver(id);'),
  'after another has carried it out': {
    file: REMOVAL,
    text: 'if (!(await this.outbox.has(id)))',
    becomes: `const isGone = !(await this.outbox.has(id)); if (isGone) { ${STOP} } if (isGone)`,
  },
  'before abandoning Redis': before(REMOVAL, 'return this.fence.bump(reading.epoch, null);'),
  'after abandoning Redis': {
    file: REMOVAL,
    text: 'async settle({ id }, reading) {',
    becomes: `async settle({ id }, reading) { if (reading.redisIdentity === null) { ${STOP} }`,
  },
  'while it carries out the change of another': {
    file: REMOVAL,
    text: 'await this.settle(invalidation, reading);',
    becomes: `{ ${STOP} await this.settle(invalidation, reading); }`,
  },
  'before it loads a copy under its lease': after(COPIES, 'async loadUnder(fill, plan) {'),
  'before it keeps a copy under its lease': after(COPIES, 'content = plan.encode(truth);'),
} satisfies Record<string, StopPoint>;

export type StopPointName = keyof typeof STOP_POINTS;

/** A build whose process kills itself with SIGKILL at one of the stop points, once, when it is told to. */
export class StoppingBuild {
  private constructor(
    private readonly folder: string,
    private readonly build: MutatedBuild,
  ) {}

  static async make(): Promise<StoppingBuild> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-stop-points-'));
    const mutations = Object.entries(STOP_POINTS).map(([name, { becomes, ...place }]) => ({
      ...place,
      becomes: becomes.replace(STOP, () => dieOnce(join(folder, name))),
    }));
    return new StoppingBuild(folder, await MutatedBuild.of(...mutations));
  }

  get entry(): string {
    return this.build.entry;
  }

  /** Whoever comes next to this point dies there. */
  async arm(name: StopPointName): Promise<void> {
    await writeFile(join(this.folder, name), '');
  }

  /** Somebody has died there since it was armed. */
  hasStopped(name: StopPointName): boolean {
    return !existsSync(join(this.folder, name));
  }

  async remove(): Promise<void> {
    await this.build.remove();
    await rm(this.folder, { recursive: true });
  }
}

/** What was armed is gone when it has gone off, so that nobody dies of it again. */
function dieOnce(armed: string): string {
  const file = JSON.stringify(armed);
  return `{ const { existsSync, rmSync } = process.getBuiltinModule('node:fs'); if (existsSync(${file})) { rmSync(${file}); process.kill(process.pid, 'SIGKILL'); } }`;
}
