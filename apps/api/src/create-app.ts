import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#config';
import { createFastifyAdapter } from '#http';
import { collectProcessMetrics } from '#observability';
import { AppModule } from './app.module.js';
import { DOCUMENTATION_PATH, serveDocumentation } from './openapi.js';

/**
 * The whole server, ready to listen: its database open, its tables up to date. Rejects with a sentence for people when
 * that cannot be done. It ends by SIGTERM, SIGINT or `close()`: requests in flight are answered first.
 */
export async function createApp(config: Config, logger: LoggerService): Promise<NestFastifyApplication> {
  const adapter = createFastifyAdapter({
    trustedProxies: config.http.trustedProxies,
    documentation: config.production ? undefined : DOCUMENTATION_PATH,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger,
  });
  if (!config.production) serveDocumentation(app, { of: app, publicUrl: config.http.publicUrl });
  collectProcessMetrics();
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.init();
  return app;
}
