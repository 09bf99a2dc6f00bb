import { deserialize, serialize } from 'node:v8';
import { keyOf } from './key-of.js';

describe(keyOf.name, () => {
  it.each([
    [[{ species: 'cat', limit: 10 }], [{ limit: 10, species: 'cat' }]],
    [[{ page: { limit: 10, offset: 0 } }], [{ page: { offset: 0, limit: 10 } }]],
    [[{ limit: 10, species: undefined }], [{ limit: 10 }]],
    [[{ born: new Date(5) }], [{ born: new Date(5) }]],
    [[deserialize(serialize({ born: new Date(5), limit: 10 }))], [{ born: new Date(5), limit: 10 }]],
    [[Object.assign(Object.create(null), { limit: 10 })], [{ limit: 10 }]],
  ])('is the same for %j and %j', (one, other) => {
    expect(keyOf(...(one as unknown[]))).toBe(keyOf(...other));
  });

  it.each([
    [[{ limit: 10 }], [{ limit: '10' }]],
    [[{ limit: 10 }], [{ offset: 10 }]],
    [[{ species: null }], [{}]],
    [[{ species: ['a', 'b'] }], [{ species: ['b', 'a'] }]],
    [[{ species: ['a', 'b'] }], [{ species: 'a,b' }]],
    [[{ species: ['a,b'] }], [{ species: ['a', 'b'] }]],
    [[{ a: 'b,"c"=d' }], [{ a: 'b', c: 'd' }]],
    [[{ 'a=b': 'c' }], [{ a: 'b=c' }]],
    [[{}, {}], [{}]],
    [[[]], [{}]],
    [[undefined], []],
    [[new Date(5)], [5]],
    [[[undefined]], [[null]]],
    [[Array(2)], [Array(3)]],
  ])('differs for %j and %j', (one, other) => {
    expect(keyOf(...one)).not.toBe(keyOf(...other));
  });

  class Query {
    species = 'hunter2';
  }

  it.each([
    [new Query(), 'Query'],
    [new Map([['species', 'hunter2']]), 'Map'],
    [new Set(), 'Set'],
    [Buffer.from('hunter2'), 'Buffer'],
    [new URL('https://example.com'), 'URL'],
    [{ [Symbol('hunter2')]: 1 }, 'Object'],
  ])('refuses %p, of which it would not see all', (value, kind) => {
    expect(() => keyOf({ filter: value })).toThrow(new RegExp(`made of plain data, not of an object of ${kind}`));
    expect(() => keyOf(value)).not.toThrow(/hunter2/);
  });

  it.each([[() => 'hunter2'], [Symbol('hunter2')], [1n], [new Date(Number.NaN)]])('refuses %p', (value) => {
    expect(() => keyOf({ filter: value })).toThrow(TypeError);
    expect(() => keyOf({ filter: value })).not.toThrow(/hunter2/);
  });

  it('refuses what contains itself', () => {
    const query: Record<string, unknown> = {};
    query.query = query;
    expect(() => keyOf(query)).toThrow('A key is made of data of at most 32 levels.');
  });

  it('takes an instance of a class as soon as somebody has named what counts of it', () => {
    expect(keyOf({ ...new Query() })).toBe(keyOf({ species: 'hunter2' }));
  });
});
