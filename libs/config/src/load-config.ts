import { type Config, SECTIONS, type Sections } from './config.js';
import { ConfigurationError } from './configuration-error.js';
import { refuseContradictions } from './contradictions.js';
import { deepFreeze } from './deep-freeze.js';
import { doubtsAbout } from './doubts.js';
import { readSection, refuseInProduction } from './read-section.js';
import { ProcessSettings } from './sections/process.settings.js';
import { sectionOf } from './setting.js';
import { warnOfUnknown } from './unknown-variables.js';
import { collectVariables, type Report, type Variables } from './variables.js';

/**
 * Reads the configuration from environment variables, over those of `envFile` if that file exists; an empty variable
 * counts as not set. To be called once, before anything else is built.
 *
 * @throws ConfigurationError with every mistake at once, production's refusals among them. It names variables and says
 * what is expected of them, and never contains a value.
 */
export function loadConfig(env: Record<string, string | undefined>, options: { envFile?: string } = {}): Config {
  const mistakes = new Map<string, string>();
  const report: Report = (variable, mistake) => {
    if (!mistakes.has(variable)) mistakes.set(variable, mistake);
  };
  const variables = collectVariables(env, options.envFile, report);
  const settings = readSettings(variables, report);
  refuseContradictions(settings, report);
  if (mistakes.size > 0) throw new ConfigurationError([...mistakes.values()]);

  const unknown = Object.values(SECTIONS).flatMap((Section) => warnOfUnknown(sectionOf(Section), variables));
  return deepFreeze({ ...settings, warnings: [...unknown, ...doubtsAbout(settings)] });
}

function readSettings(variables: Variables, report: Report): ProcessSettings & Sections {
  const { production } = readSection(ProcessSettings, variables, report);
  const sections = Object.entries(SECTIONS).map(([key, Section]) => {
    const values = readSection<object>(Section, variables, report);
    if (production) refuseInProduction(Section, values, report);
    return [key, values];
  });
  return { production, ...(Object.fromEntries(sections) as Sections) };
}
