import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '#auth';
import { ApiProblem } from '#http';
import { LivenessDto, ReadinessDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /**
   * Does the process run?
   * @remarks Touches nothing else: a restart would not mend PostgreSQL.
   */
  @Get('live')
  live(): LivenessDto {
    return { status: 'ok' };
  }

  /**
   * Can requests be answered?
   * @remarks Without Redis they can, and for the grace some can without PostgreSQL: it is `degraded`, and still 200.
   */
  @Get('ready')
  @ApiProblem(503, 'server.unavailable', 'PostgreSQL cannot be reached, or the server is shutting down.')
  ready(): Promise<ReadinessDto> {
    return this.readiness.check();
  }
}
