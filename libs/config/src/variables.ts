import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { type Setting } from './setting.js';

/** What is set, by variable; an empty string counts as not set. */
export type Variables = ReadonlyMap<string, string>;

/** Takes a mistake, of which a variable has one at most: the first. */
export type Report = (variable: string, mistake: string) => void;

/** The environment over the `.env` file, which may be missing but, if there, must be readable. */
export function collectVariables(
  env: Record<string, string | undefined>,
  envFile: string | undefined,
  report: Report,
): Variables {
  const fromFile = envFile === undefined ? {} : parseEnvFile(envFile, report);
  const entries = [...Object.entries(fromFile), ...Object.entries(env)];
  return new Map(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** The text of a setting: given, or in the file of its `…_FILE`, or its default. Empty after a report. */
export function textOf({ variable, secret, ...setting }: Setting, variables: Variables, report: Report): string {
  const text = variables.get(variable);
  const file = secret ? variables.get(`${variable}_FILE`) : undefined;
  if (file === undefined) return text ?? setting.default;
  if (text === undefined) return readSecretFile(file, variable, report);
  report(variable, `${variable} and ${variable}_FILE must not both be set`);
  return '';
}

function readSecretFile(file: string, variable: string, report: Report): string {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (text === '') report(variable, `${variable}_FILE must name a file that is not empty`);
    return text;
  } catch (error) {
    report(variable, `${variable}_FILE must name a readable file (${codeOf(error)})`);
    return '';
  }
}

function parseEnvFile(file: string, report: Report): Record<string, string> {
  try {
    return parse(readFileSync(file));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') report(file, `${file} must be a readable file (${codeOf(error)})`);
    return {};
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
