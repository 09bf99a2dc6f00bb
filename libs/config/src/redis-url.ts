import { readPlainUrl } from './plain-url.js';

/** The text itself if it names a Redis server, and no more of it than user, password, host, port and database. */
export function readRedisUrl(text: string): string | undefined {
  const url = /^rediss?:\/\//.test(text) ? readPlainUrl(text) : undefined;
  return url?.hostname && /^(\/\d{0,4})?$/.test(url.pathname) && url.search === '' ? text : undefined;
}
