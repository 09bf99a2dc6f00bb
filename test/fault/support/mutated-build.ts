import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A mistake to make: this text of a compiled file, which occurs in it once, becomes another. */
export interface Mutation {
  file: string;
  text: string;
  becomes: string;
}

/** A copy of the build with a mistake in it. */
export class MutatedBuild {
  private constructor(private readonly folder: string) {}

  /** Throws when the text does not occur exactly once: then the mistake would not be made. */
  static async of({ file, text, becomes }: Mutation): Promise<MutatedBuild> {
    const source = await readFile(join('dist/libs', file), 'utf8');
    const times = source.split(text).length - 1;
    if (times !== 1) throw new Error(`"${text}" occurs ${times} times in ${file}: the mistake must be described anew.`);
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-mutated-'));
    await cp('dist', join(folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.coverage') });
    await cp('package.json', join(folder, 'package.json'));
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    await writeFile(
      join(folder, 'dist/libs', file),
      source.replace(text, () => becomes),
    );
    return new MutatedBuild(folder);
  }

  get entry(): string {
    return join(this.folder, 'dist/apps/api/src/main.js');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
