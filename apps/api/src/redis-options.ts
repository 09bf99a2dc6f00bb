import type { Config } from '#config';
import type { RedisOptions } from '#redis';

/** The server's Redis, as the configuration describes it; null = it is off. */
export function redisOptions({ redis }: Config): RedisOptions | null {
  if (!redis.enabled) return null;
  return { ...redis, url: redis.url.reveal(), sentinelPassword: redis.sentinelPassword?.reveal() ?? null };
}
