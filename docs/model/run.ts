import { seededRandom } from '../../test/support/seeded-random.js';
import { type Exploration, explore } from './explore.js';
import { LARGE_INSTANCES, SMALL_INSTANCES, TWO_WRITES, TWO_WRITES_IN_MEMORY, WITHOUT } from './instances.js';
import { protocol } from './protocol.js';
import { ALL_RULES, RULES } from './rules.js';
import { wander } from './wander.js';

// node --import ./libs/testing/src/typescript-in-node.mjs docs/model/run.ts [small | mistakes | large | wander [seed]]

const WALKS = { walks: 5_000, steps: 120 };

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function measured(name: string, work: () => Exploration): void {
  const startedAt = performance.now();
  const { isComplete, states, transitions, depth, violation } = work();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const outcome = violation ? 'VIOLATION' : isComplete ? 'complete' : 'no violation';
  print(`${name}: ${outcome}, ${states} states, ${transitions} transitions, depth ${depth}, ${seconds} s`);
  if (!violation) return;
  violation.trace.forEach((what, index) => print(`  ${index + 1}. ${what}`));
  print(`  ${violation.what}`);
}

function mistakes(): void {
  for (const without of ALL_RULES) {
    measured(`\nwithout "${RULES[without]}"`, () => explore(protocol({ ...WITHOUT[without], without })));
  }
}

const [, , what = 'small', seed = '1'] = process.argv;
if (what === 'small') {
  for (const [name, instance] of Object.entries(SMALL_INSTANCES)) measured(name, () => explore(protocol(instance)));
} else if (what === 'large') {
  for (const [name, instance] of Object.entries(LARGE_INSTANCES)) measured(name, () => explore(protocol(instance)));
} else if (what === 'mistakes') mistakes();
else {
  for (const [name, instance] of Object.entries({ 'two writes': TWO_WRITES, 'with memory': TWO_WRITES_IN_MEMORY })) {
    measured(`${name}, seed ${seed}`, () => wander(protocol(instance), seededRandom(Number(seed)), WALKS));
  }
}
