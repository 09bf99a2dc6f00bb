import { randomBytes } from 'node:crypto';
import { packUserAgent, unpackUserAgent } from './user-agent-bytes.js';

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 OPR/122.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139.0.7258.76 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/142.0 Mobile/15E148 Safari/605.1.15',
  'Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Android 14; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0',
];

const PROGRAMS = [
  'curl/8.14.1',
  'okhttp/5.1.0',
  'python-requests/2.32.4',
  'PostmanRuntime/7.45.0',
  'node',
  'MyApp/3.2.1 CFNetwork/1568.300.101 Darwin/24.2.0',
  'Dalvik/2.1.0 (Linux; U; Android 14; SM-S918B Build/UP1A.231005.007)',
];

const STRANGE = [
  '',
  ' ',
  '\u0000',
  'ä\u{1f3f0}',
  'ÿ'.repeat(256),
  '\uffff'.repeat(256),
  'Mozilla/5.0 '.repeat(21),
  randomBytes(192).toString('base64'),
  ...Array.from({ length: 200 }, (_, length) => randomBytes(length).toString('latin1')),
];

describe(packUserAgent.name, () => {
  it.each([...BROWSERS, ...PROGRAMS])('keeps every letter of %s', (agent) => {
    expect(unpackUserAgent(packUserAgent(agent))).toBe(agent);
    expect(unpackUserAgent(packUserAgent(agent))).toBe(agent);
  });

  it('keeps whatever a client may say in 256 characters', () => {
    expect(STRANGE.map((agent) => unpackUserAgent(packUserAgent(agent)))).toEqual(STRANGE);
  });

  it.each(BROWSERS)('takes less than 40 bytes for %s', (agent) => {
    expect(packUserAgent(agent).length).toBeLessThan(40);
  });

  it('makes little more of what it does not know', () => {
    for (const agent of STRANGE) {
      expect(packUserAgent(agent).length).toBeLessThanOrEqual(Buffer.byteLength(agent) + 8);
    }
  });
});

describe(unpackUserAgent.name, () => {
  it('reads parts of a larger buffer', () => {
    const [one, other] = [packUserAgent(BROWSERS[0]!), packUserAgent(BROWSERS[1]!)];
    const larger = new Uint8Array(Buffer.concat([randomBytes(7), one, other, randomBytes(7)]));
    expect(unpackUserAgent(larger.subarray(7, 7 + one.length))).toBe(BROWSERS[0]);
    expect(unpackUserAgent(larger.subarray(7 + one.length, 7 + one.length + other.length))).toBe(BROWSERS[1]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half of it', packUserAgent(BROWSERS[0]!).subarray(0, -2)],
    ['text', Buffer.from('Mozilla/5.0')],
    ['a block of a kind that does not exist', Buffer.from([0xff, 0xff])],
    ['more than a user agent ever is', packUserAgent('x'.repeat(1_000_000))],
  ])('throws at %s', (_, bytes) => {
    expect(() => unpackUserAgent(bytes)).toThrow();
  });
});
