// Writes .env.example and docs/configuration.md from the settings declared in libs/config, as compiled by the build.
import { writeFileSync } from 'node:fs';
import { renderConfigurationTable, renderEnvExample } from '../dist/libs/config/src/index.js';

writeFileSync(new URL('../.env.example', import.meta.url), renderEnvExample());
writeFileSync(new URL('../docs/configuration.md', import.meta.url), renderConfigurationTable());
