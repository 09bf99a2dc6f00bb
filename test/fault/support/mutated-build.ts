import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A change to make, such as a mistake: this text of a compiled file, which occurs in it once, becomes another. */
export interface Mutation {
  file: string;
  text: string;
  becomes: string;
}

/** A copy of the build with changes in it, such as a mistake. */
export class MutatedBuild {
  private constructor(private readonly folder: string) {}

  /** Throws when a text does not occur exactly once: then the change would not be made. */
  static async of(...mutations: Mutation[]): Promise<MutatedBuild> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-mutated-'));
    const build = new MutatedBuild(folder);
    try {
      await cp('dist', join(folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.coverage') });
      await cp('package.json', join(folder, 'package.json'));
      await symlink(resolve('node_modules'), join(folder, 'node_modules'));
      for (const mutation of mutations) await build.mutate(mutation);
      return build;
    } catch (error) {
      await build.remove();
      throw error;
    }
  }

  get entry(): string {
    return join(this.folder, 'dist/apps/api/src/main.js');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async mutate({ file, text, becomes }: Mutation): Promise<void> {
    const path = join(this.folder, 'dist/libs', file);
    const source = await readFile(path, 'utf8');
    const times = source.split(text).length - 1;
    if (times !== 1) throw new Error(`"${text}" occurs ${times} times in ${file}: the change must be described anew.`);
    await writeFile(
      path,
      source.replace(text, () => becomes),
    );
  }
}
