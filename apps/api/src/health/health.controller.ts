import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '#auth';
import { Database } from '#database';
import { ApiProblem } from '#http';
import { LivenessDto, ReadinessDto } from './health.dto.js';

@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly database: Database) {}

  /**
   * Does the process run?
   * @remarks Touches nothing else: a restart would not mend PostgreSQL.
   */
  @Get('live')
  live(): LivenessDto {
    return { status: 'ok' };
  }

  /** Can requests be answered? */
  @Get('ready')
  @ApiProblem(503, 'server.unavailable', 'PostgreSQL cannot be reached.')
  async ready(): Promise<ReadinessDto> {
    await this.database.rows('select 1');
    return { status: 'ok', checks: { database: 'up' } };
  }
}
