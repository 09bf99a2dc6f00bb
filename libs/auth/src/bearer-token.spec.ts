import { bearerToken } from './bearer-token.js';

describe(bearerToken.name, () => {
  const read = (...values: string[]) =>
    bearerToken({
      headers: { authorization: values[0] },
      raw: { rawHeaders: ['Host', 'x', ...values.flatMap((value) => ['Authorization', value])] },
    });

  it.each([
    ['Bearer abc.def-_', 'abc.def-_'],
    ['bearer abc', 'abc'],
    ['BEARER  abc', 'abc'],
  ])('reads %j', (header, token) => {
    expect(read(header)).toBe(token);
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'Bearer a, Bearer b', 'xBearer a'])(
    'finds no token in %j',
    (header) => {
      expect(read(header)).toBeNull();
    },
  );

  it('tells a request without the header from one with an unfit one', () => {
    expect(bearerToken({ headers: {}, rawHeaders: [] })).toBeUndefined();
  });

  it('refuses two headers, even equal ones', () => {
    expect(() => read('Bearer a', 'Bearer a')).toThrow('exactly one credential');
  });
});
