import { type Sections } from './config.js';
import { type ProcessSettings } from './sections/process.settings.js';
import { LOCAL_REDIS } from './sections/redis.settings.js';

/** Sentences on what is allowed but is seldom meant. */
export function doubtsAbout(settings: ProcessSettings & Sections): string[] {
  const doubts = [...doubtsAboutHttp(settings), ...doubtsAboutRedis(settings), ...doubtsAboutMemory(settings)];
  return doubts.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

type Doubt = [applies: boolean, sentence: string];

function doubtsAboutHttp({ production, http }: ProcessSettings & Sections): Doubt[] {
  const listensEverywhere = ['0.0.0.0', '::'].includes(http.host);
  return [
    [
      production && !http.publicUrl?.startsWith('https:'),
      'HTTP__PUBLIC_URL is not https: passwords and tokens may travel in clear, and browsers refuse the cookies',
    ],
    [
      production && listensEverywhere && http.trustedProxies.length === 0,
      'HTTP__HOST is every address and HTTP__TRUSTED_PROXIES is empty: behind a proxy, all clients share its address',
    ],
  ];
}

function doubtsAboutRedis({ production, redis }: ProcessSettings & Sections): Doubt[] {
  const { protocol, hostname, password } = new URL(redis.url.reveal());
  const isElsewhere = redis.sentinels.length > 0 || !/^(localhost|127\..*|\[::1\])$/.test(hostname);
  const isGiven = redis.sentinels.length > 0 || redis.url.reveal() !== LOCAL_REDIS;
  return [
    [
      production && redis.enabled && isElsewhere && password === '',
      'REDIS__URL has no password: whoever reaches Redis can read and change the copies of sessions and profiles',
    ],
    [!redis.enabled && isGiven, 'REDIS__ENABLED is false: the Redis that is given has no effect'],
    [
      redis.tlsCa !== null && protocol === 'redis:',
      'REDIS__URL is not rediss://: there is no TLS, and REDIS__TLS_CA_FILE has no effect',
    ],
  ];
}

function doubtsAboutMemory({ cache, database, redis }: Sections): Doubt[] {
  return [
    [
      cache.backend === 'memory' && database.url !== null,
      'CACHE__BACKEND is memory: with a second process on the same database, each may serve what the other has changed',
    ],
    [
      cache.backend === 'memory' && redis.enabled,
      'CACHE__BACKEND is memory although REDIS__ENABLED is true: Redis keeps copies of sessions only',
    ],
  ];
}
