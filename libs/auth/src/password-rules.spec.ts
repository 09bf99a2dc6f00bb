import { hasAllowedLength, normalisePassword } from './password-rules.js';

describe('password rules', () => {
  it.each([
    ['x'.repeat(14), false],
    ['x'.repeat(15), true],
    ['x'.repeat(256), true],
    ['x'.repeat(257), false],
    ['\u{1F600}'.repeat(14), false],
    ['\u{1F600}'.repeat(15), true],
    ['e\u0301'.repeat(14), false],
    ['e\u0301'.repeat(15), true],
    [' '.repeat(15), true],
  ])('count code points of the composed form (%#)', (password, isAllowed) => {
    expect(hasAllowedLength(password)).toBe(isAllowed);
  });

  it('compose, and change nothing else', () => {
    expect(normalisePassword('e\u0301')).toBe('\u00e9');
    for (const kept of [' a ', 'A', '\ufb01', '\u212b'.normalize('NFC')]) expect(normalisePassword(kept)).toBe(kept);
  });
});
