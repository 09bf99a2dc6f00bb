import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { loadConfig } from '#config';
import { createFastifyAdapter } from '#http';
import { AppModule } from './app.module.js';
import { exitWith } from './exit-with.js';
import { openApiDocument } from './openapi.js';

const FILE = 'docs/openapi.json';

/** `npm run openapi` writes the description of the HTTP interface; with `--check` it fails if that would change it. */
async function writeOpenApi(isCheck: boolean): Promise<void> {
  // A preview makes no provider, so it opens no database.
  const app = await NestFactory.create(
    AppModule.forRoot(loadConfig({})),
    createFastifyAdapter({ trustedProxies: [] }),
    {
      preview: true,
      logger: false,
      abortOnError: false,
    },
  );
  const text = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
  if (!isCheck) await writeFile(FILE, text);
  else if ((await readFile(FILE, 'utf8')) !== text)
    throw new Error(`${FILE} is not true any more: run "npm run openapi".`);
}

writeOpenApi(process.argv.includes('--check')).then(() => process.exit(0), exitWith);
