import { validateSync } from 'class-validator';
import { sectionOf } from './setting.js';
import { type Report, textOf, type Variables } from './variables.js';

/** The section's values as a plain object, complete with defaults; worthless if anything was reported. */
export function readSection<T extends object>(Section: new () => T, variables: Variables, report: Report): T {
  const { settings } = sectionOf(Section);
  const section = new Section() as Record<string, unknown>;
  for (const setting of settings) {
    const text = textOf(setting, variables, report);
    section[setting.property] = text === '' ? setting.whenEmpty : setting.read(text);
  }
  for (const { property, constraints = {} } of validateSync(section)) {
    const { variable } = settings.find((setting) => setting.property === property)!;
    report(variable, `${variable} ${Object.values(constraints)[0]}`);
  }
  return { ...section } as T;
}

/** Reports the settings that are empty and that production cannot do without. */
export function refuseInProduction(Section: new () => object, values: object, report: Report): void {
  for (const { variable, property, neededInProduction } of sectionOf(Section).settings) {
    const isEmpty = (values as Record<string, unknown>)[property] === null;
    if (neededInProduction && isEmpty) report(variable, `${variable} must be set in production: ${neededInProduction}`);
  }
}
