import { entityTag, namesTag } from './entity-tag.js';

describe('entity tags', () => {
  const tag = entityTag(7);

  it.each([
    ['"7"', true, true],
    ['W/"7"', true, false],
    ['"1", "7"', true, true],
    ['"1",W/"7"', true, false],
    ['*', true, true],
    ['"77"', false, false],
    ['7', false, false],
    ['', false, false],
    ['"7', false, false],
  ])('%s names version 7: weakly %s, strongly %s', (field, weakly, strongly) => {
    expect(namesTag(field, tag, 'weak')).toBe(weakly);
    expect(namesTag(field, tag, 'strong')).toBe(strongly);
  });
});
