import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';

/** What browsers say of themselves over and over; the most frequent stands last, where it costs least to refer to. */
const PHRASES = Buffer.from(
  'okhttp/4.12.0 Dalvik/2.1.0 CFNetwork/1490.0.4 Darwin/23.2.0 curl/8.5.0 PostmanRuntime/7.36.0 python-requests/2.31.0 ' +
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ' +
    'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0 ' +
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36 ' +
    'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1 ' +
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1 ' +
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15 ' +
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 ' +
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 ' +
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
);
const LONGEST = 1_024;

/** Few agents are behind many sessions, so that most are unpacked once per process. */
const unpacked = new LRUCache<string, string>({ max: 1_000 });

/** A user agent in some 10 to 30 bytes: it would be the largest part of a session. */
export function packUserAgent(text: string): Buffer {
  return deflateRawSync(text, { dictionary: PHRASES, level: 9 });
}

/** Throws when these are no bytes of `packUserAgent`. */
export function unpackUserAgent(bytes: Uint8Array): string {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const known = unpacked.get(key);
  if (known !== undefined) return known;
  const text = inflateRawSync(bytes, { dictionary: PHRASES, maxOutputLength: LONGEST }).toString();
  unpacked.set(key, text);
  return text;
}
