import { randomInt } from 'node:crypto';
import { FaultCluster } from './support/fault-cluster.js';
import { FAULTS } from './support/faults.js';
import { play } from './support/play.js';

jest.setTimeout(300_000);

describe('no read is stale, no session is undead or lost, nothing fails or hangs', () => {
  let cluster: FaultCluster;

  beforeAll(async () => {
    cluster = await FaultCluster.start();
  });

  afterAll(() => cluster.stop());

  it.each(Object.entries(FAULTS))('when %s', async (name, befall) => {
    const seed = randomInt(2 ** 31);
    const { mistakes, operations, bumps } = await play(cluster, () => befall(cluster), seed);
    process.stdout.write(`${name}: seed ${seed}, ${operations} operations, ${bumps} bumps\n`);
    expect({ seed, mistakes }).toEqual({ seed, mistakes: [] });
    expect(operations).toBeGreaterThan(20);
  });
});
