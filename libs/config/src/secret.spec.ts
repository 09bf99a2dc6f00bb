import { format, inspect } from 'node:util';
import { Secret } from './secret.js';

describe(Secret.name, () => {
  const secret = new Secret('hunter2');

  it('gives its value to whoever asks for it by name', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['JSON', JSON.stringify({ secret })],
    ['a string', String(secret)],
    ['concatenation', `the ${[secret].join()}`],
    ['inspect', inspect({ secret }, { depth: 9, showHidden: true })],
    ['inspect without its custom form', inspect({ secret }, { customInspect: false, showHidden: true })],
    ['a format', format('%s %o %O %j', secret, secret, secret, secret)],
    ['its properties', JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret), { ...secret }])],
  ])('does not show in %s', (_, text) => {
    expect(text).not.toContain('hunter2');
  });

  it('says that something is hidden', () => {
    expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual(['[secret]', '"[secret]"', '[secret]']);
  });
});
