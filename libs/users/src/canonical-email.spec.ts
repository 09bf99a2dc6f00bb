import { canonicalEmail } from './canonical-email.js';

describe(canonicalEmail.name, () => {
  it.each([
    ['Ana@Example.COM', 'ana@example.com'],
    ['ana+tag@example.com', 'ana+tag@example.com'],
    ['o’neil@example.com'.replace('’', "'"), "o'neil@example.com"],
    ['\u212Aelvin@example.com', 'kelvin@example.com'],
    ['jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['ana@b\u00fccher.example', 'ana@xn--bcher-kva.example'],
    ['ana@B\u00dcCHER.example', 'ana@xn--bcher-kva.example'],
    ['ana@xn--bcher-kva.example', 'ana@xn--bcher-kva.example'],
  ])('reads %s as %s', (typed, canonical) => {
    expect(canonicalEmail(typed)).toBe(canonical);
    expect(canonicalEmail(canonical)).toBe(canonical);
  });

  it.each([
    '',
    'ana',
    '@example.com',
    'ana@',
    'ana@localhost',
    'ana@example.com.',
    'ana@127.0.0.1',
    'ana..b@example.com',
    '.ana@example.com',
    '"ana b"@example.com',
    'ana b@example.com',
    'ana@exa mple.com',
    'ana@example.com\r\nBcc: eve@example.com',
    'ana@exam\r\nple.com',
    'ana@example.com/\r\nBcc:root',
    'ana@example.com/x',
    'ana@example.com?x',
    'ana@example.com#x',
    'ana@example.com\\x',
    'ana@example.com:25',
    'ana@ex%61mple.com',
    'ana@\texample.com',
    'ana@example.com,eve@example.com',
    'ana<eve@example.com',
    'ana\u0000@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ana@${'a'.repeat(250)}.com`,
  ])('refuses %j', (typed) => {
    expect(canonicalEmail(typed)).toBeNull();
  });

  it('keeps look-alikes of other scripts apart', () => {
    expect(canonicalEmail('\u0430na@example.com')).not.toBe(canonicalEmail('ana@example.com'));
  });
});
