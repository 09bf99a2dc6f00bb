import { type DynamicModule, Module } from '@nestjs/common';
import { HttpModule } from '#http';
import { HealthController } from '../health/health.controller.js';
import { Readiness } from '../health/readiness.js';
import { MetricsController } from './metrics.controller.js';

/** What those who run the server may see, and the public may not; without anything of its own. */
@Module({})
export class OpsModule {
  /** @param readiness that of the server which it speaks for */
  static forRoot(readiness: Readiness): DynamicModule {
    return {
      module: OpsModule,
      imports: [HttpModule],
      controllers: [MetricsController, HealthController],
      providers: [{ provide: Readiness, useValue: readiness }],
    };
  }
}
