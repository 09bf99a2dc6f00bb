import { type ServedApp, serveApp } from './served-app.fixture.js';

let served: ServedApp;
beforeAll(async () => (served = await serveApp()));
afterAll(() => served.app.close());

const deep = (levels: number, [open, close]: [string, string] = ['[', ']']) =>
  open.repeat(levels) + close.repeat(levels);
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

async function outcome(
  body: NonNullable<RequestInit['body']>,
  headers?: Record<string, string>,
  path = '/things/anything',
) {
  const response = await served.post(body, headers, path);
  const text = await response.text();
  expect(text).not.toContain('hunter2');
  return `${response.status} ${(JSON.parse(text) as { code?: string }).code ?? ''}`.trim();
}

describe('a JSON body', () => {
  it('may be announced and not be there', async () => {
    expect(await outcome('')).toBe('201');
  });

  it.each([
    ['garbage', 'hunter2'],
    ['a cut off object', '{"hunter2":'],
    ['a cut off string', '{"hunter2'],
    ['a bad escape', '{"\\u00zz":1}'],
    ['a byte order mark', '\ufeff{}'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['__proto__', '{"__proto__":{"hunter2":1}}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['an escaped __proto__', '{"a":[{"\\u005f_proto__" : 1}]}'],
    ['the prototype of a constructor', '{"constructor":{"prototype":{"hunter2":1}}}'],
    ['an escaped prototype of a constructor', '{"\\u0063onstructor" : {"prototyp\\u0065":1}}'],
    ['a name twice', '{"hunter2":1,"hunter2":2}'],
    ['a name twice, once escaped', '{"a":{"b":1,"\\u0062"\n:2}}'],
  ])('is malformed with %s', async (_what, body) => {
    expect(await outcome(body)).toBe('400 request.malformed');
    expect(({} as Record<string, unknown>)['hunter2']).toBeUndefined();
  });

  it.each([
    ['2,000 lists in 15 KB', deep(2000) + ' '.repeat(11_000), '400 request.too_deep'],
    ['2,500 objects in 15 KB', objects(2500), '400 request.too_deep'],
    ['3,000 objects in 18 KB', objects(3000), '413 request.too_large'],
    ['33 lists', deep(33), '400 request.too_deep'],
    ['33 lists that never close', '['.repeat(33), '400 request.too_deep'],
    ['16 KB and a byte', `"${'x'.repeat(16 * 1024 - 1)}"`, '413 request.too_large'],
  ])('is refused with %s, on a validated route too', async (_what, body, expected) => {
    expect(await outcome(body)).toBe(expected);
    expect(await outcome(body, undefined, '/things')).toBe(expected);
  });

  it.each([
    ['32 lists', deep(32)],
    ['exactly 16 KB', `"${'x'.repeat(16 * 1024 - 2)}"`],
    ['one name in several objects', '[{"a":{"a":1}},{"a":[{"a":2}]}]'],
    ['brackets and colons within strings', JSON.stringify({ a: '[{'.repeat(100), b: '":{"\\"', 'c\\"': ':' })],
    ['surrogate pairs', '{"a":"😀"}'],
  ])('is taken with %s', async (_what, body) => {
    expect(await outcome(body)).toBe('201');
  });

  it.each(['application/json', 'application/json;charset=utf-8', 'Application/JSON ; charset="UTF-8"'])(
    'may be called %s',
    async (type) => expect(await outcome('{}', { 'content-type': type })).toBe('201'),
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/problem+json',
    'application/json\t;x',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; x=y',
    'application/json, text/plain',
    'hunter2',
  ])('may not be called %s', async (type) => {
    expect(await outcome('{}', { 'content-type': type })).toBe('415 request.unsupported_media_type');
  });

  it('may not be compressed or unlabelled', async () => {
    const compressed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await outcome('{}', compressed)).toBe('415 request.unsupported_media_type');
    expect(await outcome(Buffer.from('{}'), {})).toBe('415 request.unsupported_media_type');
  });

  it('is not needed on a POST', async () => {
    const response = await fetch(`${served.url}/things/anything`, { method: 'POST' });
    expect(response.status).toBe(201);
  });
});
