import type { RedisTrust } from '#coherence';
import type { Config } from '#config';
import { DOCUMENTATION_PATH } from './openapi.js';

/** The first lines on the terminal: where the server listens, and on what it stands. `ops` is where operators look. */
export function announcement(
  address: string,
  ops: string,
  { database, redis }: { database: string; redis: RedisTrust },
  { warnings }: Config,
): string {
  const lines = [
    `Portcullis listens on ${address}`,
    `  database  ${database}`,
    `  redis     ${describe(redis)}`,
    `  docs      ${ops}${DOCUMENTATION_PATH}`,
    `  metrics   ${ops}/metrics`,
    ...warnings.map((warning) => `  warning   ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

function describe({ state, reason }: RedisTrust): string {
  if (state === 'off') return 'off';
  return state === 'trusted' ? 'on' : `on, but not in use: ${reason}`;
}
