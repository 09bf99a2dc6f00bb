import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { loadConfig } from './load-config.js';
import { renderEnvExample } from './render-env-example.js';

describe(renderEnvExample.name, () => {
  const text = renderEnvExample();

  it('equals .env.example, which npm run docs:config writes anew', () => {
    expect(readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8')).toBe(text);
  });

  it('changes nothing when copied', () => {
    expect(loadConfig(parse(text))).toEqual(loadConfig({}));
  });

  it('describes every variable above it, in lines that fit', () => {
    const lines = text.split('\n');
    const undescribed = lines.filter((line, index) => /^\w/.test(line) && !/^# Must|^# \S/.test(lines[index - 1]!));
    expect(undescribed).toEqual([]);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });
});
