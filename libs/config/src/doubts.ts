import { type Sections } from './config.js';
import { type ProcessSettings } from './sections/process.settings.js';

/** Sentences on what is allowed but is seldom meant. */
export function doubtsAbout({ production, http, database, cache }: ProcessSettings & Sections): string[] {
  const listensEverywhere = ['0.0.0.0', '::'].includes(http.host);
  const doubts: [boolean, string][] = [
    [
      production && !http.publicUrl?.startsWith('https:'),
      'HTTP__PUBLIC_URL is not https: passwords and tokens may travel in clear, and browsers refuse the cookies',
    ],
    [
      production && listensEverywhere && http.trustedProxies.length === 0,
      'HTTP__HOST is every address and HTTP__TRUSTED_PROXIES is empty: behind a proxy, all clients share its address',
    ],
    [
      cache.backend === 'memory' && database.url !== null,
      'CACHE__BACKEND is memory: with a second process on the same database, each may serve what the other has changed',
    ],
  ];
  return doubts.filter(([applies]) => applies).map(([, sentence]) => sentence);
}
