import { compareGenerations, MOST_TAGS, newGeneration, newSoftHalf, SOFT_OFFSET, sortedTags } from './generations.js';

describe('generations', () => {
  const [one, other] = [newGeneration(), newGeneration()];

  it('are the same while none has been replaced', () => {
    expect(compareGenerations(Buffer.concat([one, other]), [one, other])).toBe('same');
    expect(compareGenerations(Buffer.alloc(0), [])).toBe('same');
  });

  it('are others when one has been replaced, is missing, or is none', () => {
    for (const now of [newGeneration(), null, Buffer.alloc(0), one.subarray(1)]) {
      expect(compareGenerations(Buffer.concat([one, other]), [one, now])).toBe('other');
    }
  });

  it('are others when there are more or fewer, or they stand in another order', () => {
    for (const now of [[one], [one, other, one], [other, one], []]) {
      expect(compareGenerations(Buffer.concat([one, other]), now)).toBe('other');
    }
  });

  it('are softened when only the soft half of one has been replaced', () => {
    const softened = Buffer.from(other);
    newSoftHalf().copy(softened, SOFT_OFFSET);
    expect(compareGenerations(Buffer.concat([one, other]), [one, softened])).toBe('softened');
    expect(compareGenerations(Buffer.concat([one, other]), [newGeneration(), softened])).toBe('other');
  });
});

describe(sortedTags.name, () => {
  it('has each tag once, in an order that does not depend on the caller', () => {
    expect(sortedTags(['b', 'a', 'b'])).toEqual(['a', 'b']);
  });

  it.each([[['']], [[1]], [[null]]])('refuses %j', (tags) => {
    expect(() => sortedTags(tags as string[])).toThrow(TypeError);
  });

  it(`refuses more than ${MOST_TAGS}`, () => {
    expect(() => sortedTags(Array.from({ length: MOST_TAGS + 1 }, String))).toThrow(RangeError);
  });
});
