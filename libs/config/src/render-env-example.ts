import { SECTIONS } from './config.js';
import { ProcessSettings } from './sections/process.settings.js';
import { type Setting, type SettingsSection, sectionOf } from './setting.js';

const INTRODUCTION =
  'Copy this file to .env and change what you need: all values below are the defaults. A variable of the environment ' +
  'wins over the one here; an empty one counts as not set.';

/** The text of `.env.example`: every setting with its default, so that a copy of it changes nothing. */
export function renderEnvExample(): string {
  const sections = [ProcessSettings, ...Object.values(SECTIONS)].map((Section) => renderSection(sectionOf(Section)));
  return `${[comment(INTRODUCTION), ...sections].join('\n\n')}\n`;
}

function renderSection({ about, settings }: SettingsSection): string {
  return [`# --- ${about} ---`, ...settings.map(renderSetting)].join('\n\n');
}

function renderSetting(setting: Setting): string {
  const lines = [setting.about, `Must be ${setting.expected}.`];
  if (setting.neededInProduction) lines.push('Needed in production.');
  if (setting.secret) lines.push(`Instead, ${setting.variable}_FILE may name a file that holds it.`);
  return [...lines.map(comment), `${setting.variable}=${setting.default}`].join('\n');
}

const comment = (text: string): string => text.replace(/(.{1,116})(?: |$)/g, '# $1\n').trimEnd();
