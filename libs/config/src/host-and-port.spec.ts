import { readHostAndPort } from './host-and-port.js';

describe(readHostAndPort.name, () => {
  it.each([
    ['sentinel-1:26379', 'sentinel-1', 26379],
    ['sentinel.example.org:1', 'sentinel.example.org', 1],
    ['10.0.0.1:65535', '10.0.0.1', 65535],
    ['[2001:db8::1]:26379', '2001:db8::1', 26379],
  ])('reads %s', (text, host, port) => {
    expect(readHostAndPort(text)).toEqual({ host, port });
  });

  it.each([
    '',
    'sentinel',
    'sentinel:',
    'sentinel:0',
    'sentinel:026379',
    'sentinel:65536',
    'sentinel:port',
    ':26379',
    '::1:26379',
    '[::1]',
    '[sentinel]:26379',
    '[]:26379',
    'redis://sentinel:26379',
    'user@sentinel:26379',
    'a b:26379',
  ])('refuses "%s"', (text) => {
    expect(readHostAndPort(text)).toBeUndefined();
  });
});
