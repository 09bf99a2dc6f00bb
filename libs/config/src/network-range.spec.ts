import { readNetworkRange } from './network-range.js';

describe(readNetworkRange.name, () => {
  it.each(['10.1.2.3', '10.0.0.0/8', '192.168.1.1/32', '::1', 'fd00::/8', '2001:db8::1/128'])('takes %s', (text) => {
    expect(readNetworkRange(text)).toBe(text);
  });

  it.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '::/0',
    'fd00::/129',
    '/8',
  ])('refuses "%s"', (text) => {
    expect(readNetworkRange(text)).toBeUndefined();
  });
});
