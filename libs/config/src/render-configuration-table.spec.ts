import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { renderConfigurationTable } from './render-configuration-table.js';
import { renderEnvExample } from './render-env-example.js';

describe(renderConfigurationTable.name, () => {
  const text = renderConfigurationTable();

  it('equals docs/configuration.md, which npm run docs:config writes anew', () => {
    expect(readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')).toBe(text);
  });

  it('has a row for every variable, with three cells', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const variables = rows.map((row) => /^\| `(\w+)`(?: or `\1_FILE`)? \|[^|]*\|[^|]*\|$/.exec(row)?.[1]);
    expect(variables).toEqual(Object.keys(parse(renderEnvExample())));
  });
});
