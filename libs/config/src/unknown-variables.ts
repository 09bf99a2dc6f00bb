import { editDistance } from './edit-distance.js';
import { type SettingsSection } from './setting.js';
import { type Variables } from './variables.js';

/** A sentence for each variable that belongs to the section by its prefix, in whatever case, but is no setting. */
export function warnOfUnknown({ name, settings }: SettingsSection, variables: Variables): string[] {
  const known = settings.flatMap(({ variable, secret }) => (secret ? [variable, `${variable}_FILE`] : [variable]));
  return [...variables.keys()]
    .filter((variable) => variable.toUpperCase().startsWith(`${name}__`) && !known.includes(variable))
    .map((variable) => `${variable} is not a setting; did you mean ${nearest(variable.toUpperCase(), known)}?`);
}

function nearest(variable: string, known: readonly string[]): string | undefined {
  const distances = known.map((name) => editDistance(variable, name));
  return known[distances.indexOf(Math.min(...distances))];
}
