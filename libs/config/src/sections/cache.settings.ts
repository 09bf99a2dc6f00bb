import { Section } from '../setting.js';
import { Choice, Integer } from '../setting-kinds.js';

const BACKENDS = ['auto', 'redis', 'memory', 'none'] as const;

@Section('CACHE', 'Copies of what was read, kept for a while')
export class CacheSettings {
  @Choice({
    about:
      'Where copies of what was read are kept. redis = in Redis and in memory; memory = only there; auto = redis when it is ' +
      'on, else memory.',
    of: BACKENDS,
    default: 'auto',
  })
  backend: (typeof BACKENDS)[number];

  @Integer({
    about:
      'Copies are served from memory only while PostgreSQL has shown within this time that everything announced until ' +
      'then has been heard. Each write waits as long before it is acknowledged; all processes use the largest that any ' +
      'was given. 0 = no copies in memory. The embedded database has one process, and nobody waits.',
    unit: 'milliseconds',
    min: 0,
    max: 1000,
    default: 100,
  })
  memoryLeaseMs: number;

  @Integer({
    about: 'The most copies in memory, of sessions and of cached values each; the least recently used go first.',
    unit: 'copies',
    min: 1,
    max: 1_000_000,
    default: 10_000,
  })
  memoryMaxEntries: number;

  @Integer({
    about: 'The most memory for these copies.',
    unit: 'bytes',
    min: 1024,
    max: 2 ** 40,
    default: 64 * 2 ** 20,
  })
  memoryMaxBytes: number;

  @Integer({
    about: 'How long a copy of a profile is kept; a change removes it at once.',
    unit: 'seconds',
    min: 1,
    max: 86_400,
    default: 300,
  })
  profileTtlSeconds: number;
}
