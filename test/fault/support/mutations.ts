import { setTimeout as pause } from 'node:timers/promises';
import { FAULTS } from './faults.js';
import type { Mutation } from './mutated-build.js';

const LATE_MS = 50;
const LATE_FOR_MS = 4_000;

/** A mistake that somebody might make, and the fault in which it shows. */
export interface SeededMistake extends Mutation {
  fault: (typeof FAULTS)[string];
  settings?: Record<string, string>;
}

const fault = (name: keyof typeof FAULTS) => FAULTS[name]!;

/** Between its load and its end a fill is under way for so long that many a write comes in between. */
const lateCommands: SeededMistake['fault'] = async ({ nodes }) => {
  for (const { way } of nodes.slice(1)) way.delay(LATE_MS);
  await pause(LATE_FOR_MS);
};

/** Each by its name, which reads on after "finds that". */
export const SEEDED_MISTAKES: Record<string, SeededMistake> = {
  'Redis is used whichever it is': {
    file: 'coherence/src/redis-trust.js',
    text: 'return reading && this.serves(reading) && this.fence.holds(',
    becomes: 'return reading && this.redis.isUp && this.fence.holds(',
    fault: fault('a lagging replica is promoted and the old master lives on'),
  },
  'a write is acknowledged and its copies stay': {
    file: 'coherence/src/removal.js',
    text: 'await this.redis.run((redis) => redis.unlink(...gone));',
    becomes: '',
    fault: fault('one node alone is cut off from Redis'),
  },
  'the copies are removed before the change is committed': {
    file: 'coherence/src/writes.js',
    text: 'keys.size > 0 ? await this.outbox.add(tx, [...keys]) : null',
    becomes: '(await this.removal.finish(await this.outbox.add(tx, [...keys])), null)',
    fault: fault('the commands of one node reach Redis late'),
  },
  'a fill is kept without its lease': {
    file: 'coherence/src/fill-script.js',
    text: `if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end`,
    becomes: '',
    fault: lateCommands,
    settings: { REDIS__COMMAND_TIMEOUT_MS: '1000', COHERENCE__FENCE_LEASE_MS: '2000' },
  },
  'a write does not wait out the lease': {
    file: 'coherence/src/removal.js',
    text: 'await this.fence.settled(reading);',
    becomes: '',
    fault: fault('a lagging replica is promoted and the old master lives on'),
    // The nodes look at the fence less often: there is more time to be wrong in.
    settings: { COHERENCE__FENCE_LEASE_MS: '2000' },
  },
};
