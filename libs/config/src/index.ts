export { type Config } from './config.js';
export { ConfigurationError } from './configuration-error.js';
export { loadConfig } from './load-config.js';
export { renderConfigurationTable } from './render-configuration-table.js';
export { renderEnvExample } from './render-env-example.js';
export { Secret } from './secret.js';
