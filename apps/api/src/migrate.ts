import 'reflect-metadata';
import { loadConfig } from '#config';
import { openDatabase } from '#database';
import { databaseOptions } from './database-options.js';
import { exitWith } from './exit-with.js';

/** `npm run migrate`: brings the tables up to date and ends. */
async function migrate(): Promise<void> {
  const config = loadConfig(process.env, { envFile: '.env' });
  const { description, close } = await openDatabase({ ...databaseOptions(config), migrateAtStart: true });
  process.stdout.write(`The tables are up to date: ${description}\n`);
  await close();
}

migrate().catch(exitWith);
