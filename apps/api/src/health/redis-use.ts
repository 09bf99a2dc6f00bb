import type { RedisState } from '#coherence';
import type { ChecksDto } from './health.dto.js';

export interface RedisUse extends Record<string, unknown> {
  use: ChecksDto['redis'];
  /** Why Redis is on, but not in use. */
  reason?: string;
}

const USES: Readonly<Record<RedisState, RedisUse>> = {
  off: { use: 'off' },
  trusted: { use: 'up' },
  connecting: down('Redis cannot be reached or does not answer'),
  verifying: down('Redis answers, and is being verified'),
  distrusted: down('Redis answers, but must not be used; the log says why'),
};

/** What readiness says of Redis. Anybody may ask for it, so it names no address and repeats no error. */
export const redisUse = (state: RedisState): RedisUse => USES[state];

function down(why: string): RedisUse {
  return { use: 'down', reason: `${why}. Every answer is right without it; some take longer.` };
}
