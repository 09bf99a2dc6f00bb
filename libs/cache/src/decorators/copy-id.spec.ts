import { copyId, type KeyPart, ownerOf, SHARED } from './copy-id.js';

const PARTS: KeyPart[] = [
  'a',
  'a:b',
  'b',
  ':',
  '',
  '"',
  '\\',
  'null',
  '+null',
  null,
  'undefined',
  undefined,
  '10',
  10,
  '+10',
  -10,
  1.5,
  Number.NaN,
  true,
  'true',
  false,
  new Date(10),
  new Date(11),
  '+@10',
  '\uD800',
  '\uD801',
  '\uFFFD',
];

describe(copyId.name, () => {
  it('gives no two different lists of parts the same id', () => {
    const lists: KeyPart[][] = [[]];
    for (const one of PARTS) {
      lists.push([one]);
      for (const two of PARTS) {
        lists.push([one, two]);
        for (const three of PARTS) lists.push([one, two, three]);
      }
    }
    expect(new Set(lists.map((parts) => copyId(SHARED, parts))).size).toBe(lists.length);
  });

  it('tells apart parts that only a careless join would confuse', () => {
    expect(copyId(SHARED, ['a:b', 'c'])).not.toBe(copyId(SHARED, ['a', 'b:c']));
  });

  it('gives no two owners the same id, whatever their names and the parts are', () => {
    const names = PARTS.filter((part) => typeof part === 'string' && part !== '') as string[];
    const owners = [SHARED, ...names.map(ownerOf)];
    const ids = owners.flatMap((owner) => [[], ...PARTS.map((part) => [part])].map((parts) => copyId(owner, parts)));
    expect(new Set(ids).size).toBe(owners.length * (PARTS.length + 1));
  });

  it('takes a string for a key of one part', () => {
    expect(copyId(SHARED, 'a:b')).toBe(copyId(SHARED, ['a:b']));
  });

  it('leaves plain ids readable', () => {
    expect(copyId(ownerOf('0199a1c0-5a3e'), ['cat', 10, null])).toBe('user:0199a1c0-5a3e:cat:+10:+null');
  });

  it.each([
    [{}, /^A key is a string or a list of parts, not an object of Object/],
    [undefined, /not a undefined/],
    [Promise.resolve('a'), /not an object of Promise/],
    [[{ name: 'hunter2' }], /^A part of a key is .*, not an object of Object/],
    [[new Date(Number.NaN)], /not an invalid Date/],
    [[1n], /not a bigint/],
    [[Symbol('hunter2')], /not a symbol/],
    [[['a']], /not an object of Array/],
    [[Object.create(null)], /not an object of no class/],
  ])('refuses %p', (key, sentence) => {
    expect(() => copyId(SHARED, key as never)).toThrow(TypeError);
    expect(() => copyId(SHARED, key as never)).toThrow(sentence);
    expect(() => copyId(SHARED, key as never)).not.toThrow(/hunter2/);
  });
});
