import { readSection } from './read-section.js';
import { type Secret } from './secret.js';
import { Section, sectionOf } from './setting.js';
import { Choice, Flag, Integer, List, NotAbove, SecretValue, Text } from './setting-kinds.js';

const upper = (text: string) => (/^[A-Z]+$/.test(text) ? text.toLowerCase() : undefined);

@Section('SAMPLE', 'One setting of each kind')
class SampleSettings {
  @NotAbove('highest')
  @Integer({ about: '.', min: -5, max: 20, default: -5 })
  lowest: number;

  @Integer({ about: '.', unit: 'apples', min: 0, max: 10, default: 7 })
  highest: number;

  @Flag({ about: '.', default: false })
  eager: boolean;

  @Choice({ about: '.', of: ['red', 'green'], default: 'red' })
  colour: 'red' | 'green';

  @Text({ about: '.', expected: 'capitals', read: upper })
  nickName: string | null;

  @List({ about: '.', expected: 'capitals between commas', item: upper })
  others: readonly string[];

  @SecretValue({ about: '.', expected: 'capitals', name: 'PIN', read: upper })
  password: Secret<string> | null;

  @SecretValue({ about: '.', expected: 'capitals', whenEmpty: 'nobody', read: upper })
  owner: Secret<string>;
}

function read(variables: Record<string, string>) {
  const mistakes: string[] = [];
  const given = new Map(Object.entries(variables));
  const values = readSection(SampleSettings, given, (_, mistake) => mistakes.push(mistake));
  return { values, mistakes };
}

describe(readSection.name, () => {
  it('gives the defaults, and null or an empty list where there are none', () => {
    const { values, mistakes } = read({});
    expect(values).toMatchObject({ lowest: -5, highest: 7, eager: false, colour: 'red' });
    expect(values).toMatchObject({ nickName: null, others: [], password: null });
    expect(values.owner.reveal()).toBe('nobody');
    expect(mistakes).toEqual([]);
  });

  it('reads each kind from its variable', () => {
    const { values, mistakes } = read({
      SAMPLE__LOWEST: '-4',
      SAMPLE__HIGHEST: '010',
      SAMPLE__EAGER: 'true',
      SAMPLE__COLOUR: 'green',
      SAMPLE__NICK_NAME: 'BO',
      SAMPLE__OTHERS: 'A, B,C',
      SAMPLE__PIN: 'X',
    });
    expect(mistakes).toEqual([]);
    expect(values).toMatchObject({ lowest: -4, highest: 10, eager: true, colour: 'green' });
    expect(values).toMatchObject({ nickName: 'bo', others: ['a', 'b', 'c'] });
    expect(values.password?.reveal()).toBe('x');
  });

  it('gives a plain object', () => {
    expect(Object.getPrototypeOf(read({}).values)).toBe(Object.prototype);
  });

  it.each([
    ...['11', '-1', '1.0', '1e1', '0x1', ' 1', '+1', 'ten', 'NaN', '9'.repeat(40)].map((text) => ['HIGHEST', text]),
    ...['TRUE', '1', 'yes', 'true '].map((text) => ['EAGER', text]),
    ...['Red', 'blue', 'red,green', 'toString'].map((text) => ['COLOUR', text]),
    ...['bo', 'B O'].map((text) => ['NICK_NAME', text]),
    ...['A,', ',A', 'A,,B', ',', 'A;B'].map((text) => ['OTHERS', text]),
    ['PIN', 'x'],
  ])('refuses %s of "%s"', (name, text) => {
    const expected = {
      HIGHEST: 'a whole number of apples from 0 to 10',
      EAGER: 'true or false',
      COLOUR: 'one of red, green',
      NICK_NAME: 'capitals',
      OTHERS: 'capitals between commas',
      PIN: 'capitals',
    };
    const sentence = `SAMPLE__${name} must be ${expected[name as keyof typeof expected]}`;
    expect(read({ [`SAMPLE__${name}`]: text }).mistakes).toEqual([sentence]);
  });

  it('refuses a number above the one that bounds it', () => {
    expect(read({ SAMPLE__LOWEST: '8' }).mistakes).toEqual(['SAMPLE__LOWEST must not exceed SAMPLE__HIGHEST']);
    expect(read({ SAMPLE__LOWEST: '7' }).mistakes).toEqual([]);
  });

  it('says once what is wrong with a variable', () => {
    expect(read({ SAMPLE__LOWEST: '21' }).mistakes).toHaveLength(1);
    expect(read({ SAMPLE__LOWEST: '8', SAMPLE__HIGHEST: 'x' }).mistakes).toHaveLength(1);
  });

  it('knows no settings of a class without @Section', () => {
    expect(() => sectionOf(class {})).toThrow(TypeError);
  });

  it('is declared with the type that the kind gives', () => {
    class Mistyped {
      // @ts-expect-error a flag is a boolean
      @Flag({ about: '.', default: true })
      flag: string;
    }
    expect(Mistyped).toBeDefined();
  });
});
