import { Section } from '../setting.js';
import { Choice } from '../setting-kinds.js';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

@Section('LOG', 'What is logged')
export class LogSettings {
  @Choice({ about: 'The least severe lines that are written; silent = none.', of: LEVELS, default: 'info' })
  level: (typeof LEVELS)[number];
}
