import { Inject, Injectable } from '@nestjs/common';
import { type CopyKey, RedisConnection, RedisKeys, RedisUnavailable } from '#redis';
import { RedisTrust } from './redis-trust.js';
import type { EpochInUse } from './shared-copies.js';

/** How far a sweep has come. */
export interface SweepProgress {
  /** Copies and fill leases of the kind that match, as far as they have been removed. */
  removed: number;
  /** Steps of the scan; how many there will be is not known. */
  steps: number;
}

const KEYS_IN_A_STEP = 500;

/**
 * Removes copies by a pattern of their ids, with their fill leases, by SCAN and UNLINK. It takes as long as Redis has keys,
 * though never long at a time, and promises nothing: it is for operators. Who has changed something names its copies.
 */
@Injectable()
export class CopySweep {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: RedisKeys,
    @Inject(RedisTrust) private readonly inUse: EpochInUse,
  ) {}

  /**
   * Answers how many keys it has removed. Throws `RedisUnavailable`; then some may be gone.
   *
   * @param pattern an id in which `*` stands for any characters, and `?` for one; ids that are kept as digests match only `*`
   */
  async remove(kind: string, pattern: string, onProgress: (progress: SweepProgress) => void): Promise<number> {
    const { epoch } = this.inUse;
    if (epoch === null) throw new RedisUnavailable('it may not be used');
    const match = `${this.keys.copy(literal(epoch), literal(`${kind}:{`) as CopyKey)}${globOf(pattern)}}*`;
    const progress = { removed: 0, steps: 0 };
    let cursor = '0';
    do {
      const [next, found] = await this.redis.run((redis) =>
        redis.scan(cursor, 'MATCH', match, 'COUNT', KEYS_IN_A_STEP),
      );
      if (found.length > 0) progress.removed += await this.redis.run((redis) => redis.unlink(...found));
      progress.steps += 1;
      cursor = next;
      onProgress({ ...progress });
    } while (cursor !== '0');
    return progress.removed;
  }
}

function literal(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

function globOf(pattern: string): string {
  return pattern.replace(/[[\]\\]/g, '\\$&');
}
