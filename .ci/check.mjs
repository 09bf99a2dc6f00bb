// `npm run check`: everything that can be said of the code without a server, in two lanes. Prints what failed, and at the
// end the sizes of files and functions.
import { spawn } from 'node:child_process';
import { delimiter, resolve } from 'node:path';

const LANES = [
  [
    ['lock file', 'node .ci/complete-lock.mjs --check'],
    ['format', 'biome check --error-on-warnings'],
    ['lint', 'eslint --max-warnings 0 apps libs test bench docs/model'],
    ['types', 'tsc --noEmit'],
    ['boundaries', 'depcruise apps libs test bench docs/model --config .dependency-cruiser.cjs'],
    ['unused exports', 'knip --treat-config-hints-as-errors'],
  ],
  [
    ['build', 'node .ci/build.mjs'],
    ['openapi.json', 'node dist/apps/api/src/write-openapi.js --check'],
    ['unit tests', 'jest --selectProjects unit --coverage --maxWorkers 1'],
  ],
];

const STEP_DEADLINE_MS = 300_000;
const env = {
  ...process.env,
  PATH: `${resolve('node_modules/.bin')}${delimiter}${process.env.PATH}`,
  FORCE_COLOR: '0',
};

function run(command) {
  return new Promise((done) => {
    const child = spawn(command, { shell: true, env, timeout: STEP_DEADLINE_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('close', (code, signal) => done({ code, output: signal ? `${output}\nIt took too long.` : output }));
  });
}

async function runLane(steps) {
  for (const [name, command] of steps) {
    const start = Date.now();
    const { code, output } = await run(command);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    if (code !== 0) {
      console.log(output);
      process.exitCode = 1;
    } else if (name === 'unit tests') console.log(output.slice(output.indexOf('=====')).trim());
  }
}

await Promise.all(LANES.map(runLane));
console.log((await run('node .ci/sizes.mjs')).output.trim());
