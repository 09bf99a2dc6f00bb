/** Redis gave no answer: it is off, down, too slow, or would not carry out the command. Whoever asked goes on without. */
export class RedisUnavailable extends Error {
  readonly code = 'redis.unavailable';

  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis is not available: ${reason}`, options);
    this.name = RedisUnavailable.name;
  }
}

/** Redis answers, but is one that must not be used: a cluster, a sentinel, or too old. */
export class UnsuitableRedis extends Error {
  readonly code = 'redis.unsuitable';

  constructor(reason: string) {
    super(reason);
    this.name = UnsuitableRedis.name;
  }
}
