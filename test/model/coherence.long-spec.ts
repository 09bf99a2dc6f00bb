import { randomInt } from 'node:crypto';
import { explore } from '../../docs/model/explore.js';
import { LARGE_INSTANCES, TWO_WRITES, TWO_WRITES_IN_MEMORY } from '../../docs/model/instances.js';
import { protocol } from '../../docs/model/protocol.js';
import { wander } from '../../docs/model/wander.js';
import { seededRandom } from '../support/seeded-random.js';

const WALKS = { walks: 5_000, steps: 120 };
const LIMIT_MS = 1_800_000;

describe('The model of coherence, at length', () => {
  it.each(Object.entries(LARGE_INSTANCES))(
    'lets no read be older than what is final: %s',
    (_, instance) => {
      expect(explore(protocol(instance))).toMatchObject({ isComplete: true, violation: null });
    },
    LIMIT_MS,
  );

  const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
  it.each([
    ['two writes', TWO_WRITES],
    ['two writes and copies in memory', TWO_WRITES_IN_MEMORY],
  ])(
    `finds nothing on random walks with %s (SEED=${seed})`,
    (_, instance) => {
      expect(wander(protocol(instance), seededRandom(seed), WALKS).violation).toBeNull();
    },
    LIMIT_MS,
  );
});
