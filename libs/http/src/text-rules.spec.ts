import { validateSync } from 'class-validator';
import { CodePoints, SingleLine } from './text-rules.js';

class Note {
  @CodePoints(0, 5)
  text: unknown = '';

  @SingleLine(1, 5)
  name: unknown = 'name';
}

const refused = (values: Partial<Note>) =>
  validateSync(Object.assign(new Note(), values)).map(({ property }) => property);

describe('text rules', () => {
  it('count code points', () => {
    expect(refused({ text: '\u{1F600}'.repeat(5), name: '\u{1F600}'.repeat(5) })).toEqual([]);
    expect(refused({ text: '\u{1F600}'.repeat(6), name: '' })).toEqual(['text', 'name']);
  });

  it('let a text have lines, and a name none', () => {
    expect(refused({ text: 'a\nb' })).toEqual([]);
    for (const name of ['a\nb', 'a\u2028b', '\u001b[m', 'a\tb', '   ']) expect(refused({ name })).toEqual(['name']);
  });

  it.each([[5], [null], [['a']], [{}]])('refuse %j', (value) => {
    expect(refused({ text: value, name: value })).toEqual(['text', 'name']);
  });
});
