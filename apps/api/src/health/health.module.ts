import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

/** Whether the process runs, and whether it can answer. Needs DatabaseModule and CoherenceModule. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })], // ProblemFilter logs what fails
  controllers: [HealthController],
  providers: [Readiness],
})
export class HealthModule {}
