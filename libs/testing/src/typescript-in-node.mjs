// Lets a plain Node process run our TypeScript, as `node --import <this file> program.ts`: libs resolve to their sources,
// `./x.js` is found in `./x.ts`, and swc compiles with the settings of the Jest configuration, but to ES modules.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from '@swc/core';

// Node loads this file twice: in the program, and in the thread where the two functions below do their work.
if (isMainThread) register(import.meta.url);

const isOurs = (url) => url?.endsWith('.ts') && !url.includes('/node_modules/');

export function resolve(specifier, context, next) {
  const name = isOurs(context.parentURL) && specifier.startsWith('.') ? specifier.replace(/\.js$/, '.ts') : specifier;
  return next(name, { ...context, conditions: ['app-source', ...context.conditions] });
}

export async function load(url, context, next) {
  if (!isOurs(url)) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), 'utf8'), {
    filename: fileURLToPath(url),
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
