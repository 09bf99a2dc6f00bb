import { type InputError } from './problem.dto.js';
import { type ServedApp, serveApp } from './served-app.fixture.js';

let served: ServedApp;
beforeAll(async () => (served = await serveApp()));
afterAll(() => served.app.close());

async function errorsOf(response: Response): Promise<InputError[]> {
  const text = await response.text();
  expect([response.status, text]).toEqual([422, expect.stringContaining('"code":"request.invalid"')]);
  expect(text).not.toMatch(/hunter2|\\u0000|\\ud8/i);
  return (JSON.parse(text) as { errors: InputError[] }).errors;
}

const post = async (body: string, path?: string) => errorsOf(await served.post(body, undefined, path));
const get = async (path: string) => errorsOf(await fetch(served.url + path));
const email = '"email":"a@example.com"';

describe('a body', () => {
  it('is told what is wrong, where, and never with what value', async () => {
    expect(await post('{"email":"hunter2"}')).toEqual([{ pointer: '#/email', message: 'email must be an email' }]);
  });

  it('is pointed into through objects and lists', async () => {
    const errors = await post(`{${email},"parts":[{"a/b~c":"x"},{"a/b~c":5}]}`);
    expect(errors).toEqual([{ pointer: '#/parts/1/a~1b~0c', message: 'a/b~c must be a string' }]);
  });

  it.each([
    ['at the top', `{${email},"role":"hunter2"}`, '#/role'],
    ['within', `{${email},"parts":[{"a/b~c":"x","é/":1}]}`, '#/parts/0/%C3%A9~1'],
    ['with an endless name', `{${email},"${'hunter2'.repeat(50)}":1}`, '#'],
    ['named constructor', `{${email},"constructor":1}`, '#/constructor'],
  ])('has no unknown property %s', async (_what, body, pointer) => {
    expect(await post(body)).toEqual([{ pointer, message: 'is not a known property' }]);
  });

  it.each(['null', '[]', '[{"email":"a@example.com"}]', '"hunter2"', '5', 'true'])(
    'is an object, not %s',
    async (body) => {
      expect(await post(body)).toEqual([{ pointer: '#', message: 'must be an object' }]);
    },
  );

  it('is needed where a class describes it', async () => {
    expect(await errorsOf(await fetch(`${served.url}/things`, { method: 'POST' }))).toHaveLength(1);
  });

  it('is not converted', async () => {
    expect(await post(`{${email},"name":5}`)).toMatchObject([{ pointer: '#/name' }]);
  });

  it.each([
    ['NUL', '"\\u0000hunter2"'],
    ['a high surrogate alone', '"hunter2\\ud800"'],
    ['a low surrogate alone', '"\\udc00"'],
    ['a pair the wrong way round', '"\\udc00\\ud800"'],
  ])('holds no %s, as a value or a name, on any route', async (_what, text) => {
    const message = 'contains a character that is not allowed';
    expect(await post(`{${email},"name":${text}}`)).toEqual([{ pointer: '#/name', message }]);
    expect(await post(`{"a":[{"b":${text}}]}`, '/things/anything')).toEqual([{ pointer: '#/a/0/b', message }]);
    expect(await post(`{"a":{${text}:1}}`, '/things/anything')).toMatchObject([{ pointer: '#/a' }]);
  });

  it('is told at most 20 errors', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `"n${index}":1`);
    expect(await post(`{${names.join(',')}}`)).toHaveLength(20);
  });
});

describe('a query', () => {
  it.each([
    ['another type', 'limit=hunter2', '#/limit'],
    ['a list', 'limit=1&limit=999', '#/limit'],
    ['an unknown parameter', 'offset=hunter2', '#/offset'],
    ['an operator', 'limit[$ne]=hunter2', '#/limit%5B%24ne%5D'],
    ['NUL', 'limit=%00', '#/limit'],
    ['a prototype', '__proto__=hunter2', '#/__proto__'],
  ])('has no %s', async (_what, query, pointer) => {
    expect(await get(`/things?${query}`)).toMatchObject([{ pointer }]);
  });

  it('becomes what its class says', async () => {
    expect(await (await fetch(`${served.url}/things?limit=5`)).json()).toEqual({ limit: 5 });
  });
});

describe('a path parameter', () => {
  it.each(['hunter2', '123', '%00', '..%2f..', "'%20OR%201=1"])('is a UUID, not %s', async (id) => {
    expect(await get(`/things/${id}`)).toMatchObject([{ pointer: '#/id' }]);
  });

  it('comes in lower case', async () => {
    const response = await fetch(`${served.url}/things/0198C9D4-7F3A-7B1E-9C55-1F2D3A4B5C6D`);
    expect(await response.json()).toEqual({ id: '0198c9d4-7f3a-7b1e-9c55-1f2d3a4b5c6d' });
  });
});
