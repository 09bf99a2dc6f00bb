import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** Whether the process runs, and whether it can answer. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
