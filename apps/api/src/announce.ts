import type { Config } from '#config';
import { DOCUMENTATION_PATH } from './openapi.js';

/** The first lines on the terminal: where the server listens, and on what it stands. */
export function announcement(address: string, database: string, config: Config): string {
  const lines = [
    `Portcullis listens on ${address}`,
    `  database  ${database}`,
    '  redis     off',
    `  docs      ${config.production ? 'off in production' : address + DOCUMENTATION_PATH}`,
    ...config.warnings.map((warning) => `  warning   ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}
