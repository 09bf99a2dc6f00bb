/** Redis gave no answer: it is off, down, too slow, or would not carry out the command. Whoever asked goes on without. */
export class RedisUnavailable extends Error {
  readonly code = 'redis.unavailable';

  /** @param reason in words for who runs the server */
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`Redis is not available: ${reason}`, options);
    this.name = RedisUnavailable.name;
  }
}

/** What went wrong, in words for who runs the server: those of the client are about its own options. */
export function reasonOf({ name, message }: Error): string {
  if (message === 'Command timed out') return 'it does not answer in time';
  const isLost = name === 'MaxRetriesPerRequestError' || /^(Stream isn't writeable|Connection is closed)/.test(message);
  return isLost ? 'the connection was lost' : message;
}

/** Redis answers, but is one that must not be used: a cluster, a sentinel, or too old. */
export class UnsuitableRedis extends Error {
  readonly code = 'redis.unsuitable';

  constructor(reason: string) {
    super(`This Redis cannot be used: ${reason}.`);
    this.name = UnsuitableRedis.name;
  }
}
