import { type Sections } from './config.js';
import { type Report } from './variables.js';

/** Reports settings of different sections that exclude each other. Of what was not understood it says nothing. */
export function refuseContradictions({ cache, redis }: Sections, report: Report): void {
  if (cache.backend === 'redis' && redis.enabled === false) {
    report('CACHE__BACKEND', 'CACHE__BACKEND must not be redis while REDIS__ENABLED is false');
  }
}
