import { SECTIONS } from './config.js';
import { ProcessSettings } from './sections/process.settings.js';
import { type Setting, type SettingsSection, sectionOf } from './setting.js';

const INTRODUCTION = `# Configuration

<!-- Made by \`npm run docs:config\` from libs/config/src/sections. -->

Every setting is an environment variable. A file \`.env\` in the working directory is read too, if there is one; the
environment wins. An empty variable counts as not set. The server checks all of them before it does anything else, and
either starts or names every mistake at once; it warns of variables that it does not know. Values are never printed.`;

/** The text of `docs/configuration.md`: a table of variable, default and meaning for each section. */
export function renderConfigurationTable(): string {
  const sections = [ProcessSettings, ...Object.values(SECTIONS)].map((Section) => renderSection(sectionOf(Section)));
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

function renderSection({ name, about, settings }: SettingsSection): string {
  const head = ['| Variable | Default | Meaning |', '|---|---|---|'];
  return [`## ${name && `${name}: `}${about}`, '', ...head, ...settings.map(renderRow)].join('\n');
}

function renderRow(setting: Setting): string {
  const meaning = [setting.about, `Must be ${setting.expected}.`];
  if (setting.neededInProduction) meaning.push(`**Needed in production**: ${setting.neededInProduction}.`);
  const name = setting.secret ? `\`${setting.variable}\` or \`${setting.variable}_FILE\`` : `\`${setting.variable}\``;
  return `| ${name} | ${setting.default && `\`${setting.default}\``} | ${meaning.join(' ').replaceAll('|', '\\|')} |`;
}
