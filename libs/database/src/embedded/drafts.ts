import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarkAlive, processMark } from './process-alive.js';

const PREFIX = 'postgres.new-';

/** A folder to make a cluster in; its name holds the mark of this process, then what makes it unique. */
export function makeDraft(dataDir: string): Promise<string> {
  return mkdtemp(join(dataDir, `${PREFIX}${processMark()}-`));
}

/** Never fails. A program that was killed with its starter may still be writing for a moment. */
export async function removeDraft(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/** Removes what starters that were killed have left, as far as it can, and nothing of those that are at work. */
export async function removeForsakenDrafts(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch(() => []);
  const forsaken = names.filter((name) => name.startsWith(PREFIX) && !isMarkAlive(name.slice(PREFIX.length)));
  await Promise.all(forsaken.map((name) => removeDraft(join(dataDir, name))));
}
