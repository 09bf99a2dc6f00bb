import { IsBoolean } from 'class-validator';
import { Section, setting } from '../setting.js';

@Section('', 'The process as a whole')
export class ProcessSettings {
  /** True with `NODE_ENV=production` and with nothing else. */
  @setting<boolean>(
    {
      name: 'NODE_ENV',
      about:
        'The word production means production, and nothing else does: it refuses the embedded database and missing keys.',
      expected: 'a word such as production, development or test',
      default: 'development',
      whenEmpty: null,
      secret: false,
      read: readProduction,
    },
    IsBoolean,
  )
  production: boolean;
}

/** "prod" or "Production" would run, unnoticed, as development. */
function readProduction(text: string): boolean | undefined {
  return text !== 'production' && /^\s*prod/i.test(text) ? undefined : text === 'production';
}
