import { explore } from '../../docs/model/explore.js';
import { SMALL_INSTANCES, TWO_WRITES, TWO_WRITES_IN_MEMORY, WITHOUT } from '../../docs/model/instances.js';
import { protocol } from '../../docs/model/protocol.js';
import { ALL_RULES, RULES } from '../../docs/model/rules.js';
import { wander } from '../../docs/model/wander.js';
import { seededRandom } from '../support/seeded-random.js';

const WALKS = { walks: 300, steps: 100 };
const SEED = 20_260;

describe('The model of coherence', () => {
  it.each(Object.entries(SMALL_INSTANCES))('lets no read be older than what is final: %s', (_, instance) => {
    expect(explore(protocol(instance))).toMatchObject({ isComplete: true, violation: null });
  });

  it.each(ALL_RULES.map((rule) => [RULES[rule], rule] as const))('goes wrong without: %s', (_, without) => {
    const { violation } = explore(protocol({ ...WITHOUT[without], without }));
    expect(violation).toMatchObject({ what: 'A read that began when change 1 was final has returned change 0.' });
    expect(violation!.trace.at(-1)).toMatch(/is answered from (Redis|memory|it): change 0$/);
  });

  it.each([
    ['two writes', TWO_WRITES],
    ['two writes and copies in memory', TWO_WRITES_IN_MEMORY],
  ])(`finds nothing on random walks with %s (seed ${SEED})`, (_, instance) => {
    expect(wander(protocol(instance), seededRandom(SEED), WALKS).violation).toBeNull();
  });
});
