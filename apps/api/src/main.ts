import 'reflect-metadata';
import { RedisTrust } from '#coherence';
import { type Config, loadConfig } from '#config';
import { DatabaseModule } from '#database';
import { announcement } from './announce.js';
import { createApp } from './create-app.js';
import { exitWith } from './exit-with.js';
import { createOpsApp } from './ops/create-ops-app.js';
import { ServerLogger } from './server-logger.js';

async function serve(): Promise<void> {
  const config = loadConfig(process.env, { envFile: '.env' });
  const logger = new ServerLogger(config.log.level);
  try {
    process.stdout.write(await listen(config, logger));
  } finally {
    logger.release();
  }
}

async function listen(config: Config, logger: ServerLogger): Promise<string> {
  const app = await createApp(config, logger);
  try {
    const ops = config.production ? await createOpsApp(app, config) : null;
    await ops?.listen(config.ops.port, config.ops.host);
    await app.listen(config.http.port, config.http.host);
    const address = await app.getUrl();
    const stands = { database: app.get(DatabaseModule).describe(), redis: app.get(RedisTrust) };
    return announcement(address, ops ? await ops.getUrl() : address, stands, config);
  } catch (error) {
    await app.close();
    throw error;
  }
}

serve().catch(exitWith);
