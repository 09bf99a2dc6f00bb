import { randomBytes } from 'node:crypto';

/** Of a tag, or of a whole namespace: 64 random bits that a hard deletion replaces, and 64 that a soft one does. */
export const GENERATION_BYTES = 16;
const HARD_BYTES = 8;

export const SOFT_OFFSET = HARD_BYTES;
export const MOST_TAGS = 100;

export function newGeneration(): Buffer {
  return randomBytes(GENERATION_BYTES);
}

export function newSoftHalf(): Buffer {
  return randomBytes(GENERATION_BYTES - HARD_BYTES);
}

/**
 * - `same`: nothing that the entry belongs to has been deleted since its load began.
 * - `softened`: something has, by a soft deletion.
 * - `other`: by a hard one; or the entry was kept with other tags, or the generation of one is lost.
 */
export type Comparison = 'same' | 'softened' | 'other';

/** Compares those of an entry with those of now; none is older or newer, they are the same or not. */
export function compareGenerations(kept: Buffer, now: readonly (Uint8Array | null)[]): Comparison {
  if (kept.length !== now.length * GENERATION_BYTES) return 'other';
  let isSame = true;
  for (let index = 0; index < now.length; index++) {
    const generation = now[index]!;
    const offset = index * GENERATION_BYTES;
    if (generation === null || generation.length !== GENERATION_BYTES) return 'other';
    if (kept.compare(generation, 0, HARD_BYTES, offset, offset + HARD_BYTES) !== 0) return 'other';
    if (kept.compare(generation, HARD_BYTES, GENERATION_BYTES, offset + HARD_BYTES, offset + GENERATION_BYTES) !== 0)
      isSame = false;
  }
  return isSame ? 'same' : 'softened';
}

/** @throws TypeError or RangeError for what are no tags */
export function sortedTags(tags: readonly string[]): readonly string[] {
  if (tags.length > MOST_TAGS) throw new RangeError(`An entry has at most ${MOST_TAGS} tags, not ${tags.length}.`);
  const strange = tags.find((tag: unknown) => typeof tag !== 'string' || tag === '');
  if (strange !== undefined) throw new TypeError(`A tag is a text that is not empty, not ${JSON.stringify(strange)}.`);
  return tags.length < 2 ? tags : [...new Set(tags)].sort();
}
