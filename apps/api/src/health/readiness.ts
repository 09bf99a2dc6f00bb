import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { RedisTrust } from '#coherence';
import { Database } from '#database';
import type { ReadinessDto } from './health.dto.js';
import { type RedisUse, redisUse } from './redis-use.js';

const LIMIT_MS = 2_000;
const IN_GRACE =
  'PostgreSQL cannot be reached. For a short time reads of what Redis holds are still answered; everything else is refused.';

/** Whether requests can be answered, and as fast as they should be. */
@Injectable()
export class Readiness {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly redis: RedisTrust,
  ) {}

  /**
   * Throws a 503 when PostgreSQL does not answer within 2 s, unless Redis is used without it for a grace; and while the
   * server is shutting down.
   */
  async check(): Promise<ReadinessDto> {
    const { status, details } = await this.health.check([() => this.askDatabase(), () => this.lookAtRedis()]);
    const { use } = details.redis;
    const reason = details.database.reason ?? details.redis.reason;
    return {
      status: status === 'degraded' ? 'degraded' : 'ok',
      checks: { database: details.database.status === 'up' ? 'up' : 'down', redis: use },
      ...(reason !== undefined && { reason }),
    };
  }

  /** Thrown rather than reported as `down`: then the one line in the log is that of the filter, and says why. */
  private async askDatabase(): Promise<HealthIndicatorResult<'database', 'up' | 'degraded', { reason?: string }>> {
    const indicator = this.indicators.check('database');
    if (this.redis.isInGrace) return indicator.degraded({ reason: IN_GRACE });
    const attempt = indicator.attempt(async () => void (await this.database.rows('select 1')));
    const { database } = await attempt.withTimeout(LIMIT_MS);
    if (database.status === 'up') return indicator.up();
    throw new ServiceUnavailableException(database['message']);
  }

  private lookAtRedis(): HealthIndicatorResult<'redis', 'up' | 'degraded', RedisUse> {
    const indicator = this.indicators.check('redis');
    const found = redisUse(this.redis.state);
    return found.use === 'down' ? indicator.degraded(found) : indicator.up(found);
  }
}
