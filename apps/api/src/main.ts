import 'reflect-metadata';
import { type Config, loadConfig } from '#config';
import { DatabaseModule } from '#database';
import { announcement } from './announce.js';
import { createApp } from './create-app.js';
import { exitWith } from './exit-with.js';
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
    await app.listen(config.http.port, config.http.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  return announcement(await app.getUrl(), app.get(DatabaseModule).describe(), config);
}

serve().catch(exitWith);
