import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '#auth';
import { metricsText } from '#observability';

/** What Prometheus reads. */
@ApiExcludeController()
@Controller('metrics')
@Public()
export class MetricsController {
  @Get()
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, text } = await metricsText();
    reply.type(contentType);
    return text;
  }
}
