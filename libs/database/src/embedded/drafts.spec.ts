import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeDraft, removeForsakenDrafts } from './drafts.js';

describe(removeForsakenDrafts, () => {
  it('removes the drafts of the dead, and leaves those of the living', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-drafts-'));
    const own = await makeDraft(dataDir);
    mkdirSync(join(dataDir, 'postgres.new-4194305-7-abcdef', 'data'), { recursive: true });

    await removeForsakenDrafts(dataDir);

    expect(readdirSync(dataDir)).toEqual([basename(own)]);
    rmSync(dataDir, { recursive: true });
  });
});
