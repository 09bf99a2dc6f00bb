// The sizes of our files and functions, for information: functions of about 6 lines at the median and 25 at the 90th
// percentile, files under 100 at the median, are what well-kept code bases look like.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const isSource = (path) =>
  /\.ts$/.test(path) && !/\.(spec|contract|fixture)\.ts$|\/migrations\/|libs\/testing\//.test(path);
const files = ['apps', 'libs']
  .flatMap((root) => readdirSync(root, { recursive: true }).map((path) => join(root, path)))
  .filter(isSource);

function functionLengths(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  const lengths = [];
  const visit = (node) => {
    const isNamed = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node);
    if (isNamed && node.body)
      lengths.push([
        lineOf(node.end) - lineOf(node.getStart()) + 1,
        `${path} ${node.name?.getText() ?? 'constructor'}`,
      ]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lengths;
}

function describe(what, sizes) {
  const sorted = sizes.sort(([a], [b]) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))][0];
  const [longest, name] = sorted.at(-1);
  console.log(
    `${sorted.length} ${what}: median ${at(0.5)} lines, 90th percentile ${at(0.9)}, longest ${longest} (${name})`,
  );
}

describe(
  'files',
  files.map((path) => [readFileSync(path, 'utf8').split('\n').length - 1, path]),
);
describe('functions', files.flatMap(functionLengths));
