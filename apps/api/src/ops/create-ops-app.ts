import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#config';
import { createFastifyAdapter } from '#http';
import { Readiness } from '../health/readiness.js';
import { DOCUMENTATION_PATH, serveDocumentation } from '../openapi.js';
import { OpsModule } from './ops.module.js';

/**
 * A second server of the same process, for a port that the public does not reach: metrics, health and the documentation
 * of `app`. It closes with `app`, after the last request to it was answered. To be made before `app` listens.
 */
export async function createOpsApp(app: NestFastifyApplication, config: Config): Promise<NestFastifyApplication> {
  const ops = await NestFactory.create<NestFastifyApplication>(
    OpsModule.forRoot(app.get(Readiness, { strict: false })),
    createFastifyAdapter({ trustedProxies: [], documentation: DOCUMENTATION_PATH }),
    { bodyParser: false, abortOnError: false },
  );
  serveDocumentation(ops, { of: app, publicUrl: config.http.publicUrl });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onClose', () => ops.close());
  return ops;
}
