export class LivenessDto {
  status: 'ok';
}

export class ReadinessDto {
  /** `degraded`: every answer is right, but some take longer; or PostgreSQL has gone, and for a moment reads go on. */
  status: 'ok' | 'degraded';

  checks: ChecksDto;

  /**
   * Why the status is `degraded`; a sentence for people, whose wording may change.
   * @example Redis cannot be reached or does not answer. Every answer is right without it; some take longer.
   */
  reason?: string;
}

export class ChecksDto {
  /** `down`: but reads of what Redis holds are still answered; otherwise the answer is a problem, 503. */
  database: 'up' | 'down';

  /** `off`: switched off by the configuration; `down`: switched on, but not in use. */
  redis: 'off' | 'up' | 'down';
}
