import { Nodes } from '../support/nodes.js';
import { seededRandom } from '../support/seeded-random.js';
import { Numbers } from './support/numbers.js';
import { RACING } from './support/racing.js';
import { atEveryStop, race, Stop } from './support/stops.js';

jest.setTimeout(60_000);

const [OLD, NEW, NEWEST] = [1, 2, 3] as const;

let nodes: Nodes;
let all: Numbers[];

const everywhere = (id: string) => Promise.all(all.map((numbers) => numbers.read(id)));
const says = (value: number) => all.map(() => value);

async function startNodes(modes: readonly ('on' | 'off')[]): Promise<void> {
  nodes = await Nodes.start(RACING, [...modes]);
  all = await Numbers.on(nodes.systems);
}

describe.each([
  ['Redis on, another node writes', ['on', 'on'], 1],
  ['Redis on, the same node writes', ['on', 'on'], 0],
  ['Redis on, a node without it writes', ['on', 'off', 'on'], 1],
  ['Redis off, copies in the memory of the only node', ['off'], 0],
] as const)('%s:', (_, modes, writing) => {
  let reader: Numbers;
  let writer: Numbers;
  const stopsOfAFill = modes[0] === 'on' ? 10 : 2;

  beforeAll(async () => {
    await startNodes(modes);
    [reader, writer] = [all[0]!, all[writing]!];
  });

  afterAll(() => nodes.stop());

  describe('ZiggyCreatures/FusionCache#625: what is removed during its load is put back by that load', () => {
    it('serves the new value from then on, wherever the fill is stopped during the write', async () => {
      const stops = await atEveryStop(async (stop) => {
        const id = await writer.add(OLD);
        const { ending } = await stop.begin(() => reader.read(id));
        await writer.write(id, NEW);
        const afterwards = everywhere(id); // one of them may wait for the fill
        stop.go();
        expect([OLD, NEW]).toContain(await valueOf(ending));
        expect(await afterwards).toEqual(says(NEW));
        expect([await everywhere(id), await everywhere(id)]).toEqual([says(NEW), says(NEW)]);
      });
      expect(stops).toBeGreaterThanOrEqual(stopsOfAFill);
    });

    it('serves the newest value from then on, when a fill after each of two writes comes before the first is over', async () => {
      await atEveryStop(async (stop) => {
        const id = await writer.add(OLD);
        const { ending } = await stop.begin(() => reader.read(id));
        await writer.write(id, NEW);
        const between = everywhere(id);
        await writer.write(id, NEWEST);
        const afterwards = everywhere(id);
        stop.go();
        await Promise.all([ending, between]);
        expect(await afterwards).toEqual(says(NEWEST));
        expect(await everywhere(id)).toEqual(says(NEWEST));
      });
    });
  });

  describe('eclipse-openvsx/openvsx#2220: a read between the removal and the commit brings the old value back for as long as copies live', () => {
    it('serves the new value once the write is acknowledged, wherever the write is stopped during reads', async () => {
      const stops = await atEveryStop(async (stop) => {
        const id = await writer.add(OLD);
        const otherNodes = all.filter((numbers) => numbers !== writer || all.length === 1);
        const readMeanwhile = () => Promise.all(otherNodes.map((numbers) => numbers.read(id)));
        const [written] = await race(stop, reader.system.database, () => writer.write(id, NEW), readMeanwhile);
        expect(written.status).toBe('fulfilled');
        expect([await everywhere(id), await everywhere(id)]).toEqual([says(NEW), says(NEW)]);
      });
      expect(stops).toBeGreaterThanOrEqual(10);
    });

    it('keeps nothing old of a fill within the open transaction of the write', async () => {
      const id = await writer.add(OLD);
      await writer.write(id, NEW, async () => expect(await everywhere(id)).toEqual(says(OLD)));
      expect(await everywhere(id)).toEqual(says(NEW));
    });
  });

  describe('javers/javers#467: what a transaction has put into the cache stays there when the transaction is rolled back', () => {
    it('serves the old value still when what was read within the transaction is rolled back with it', async () => {
      const id = await writer.add(OLD);
      const read = () => everywhere(id).then((values) => Promise.reject(new Error(`read ${values.join()}`)));
      await expect(writer.write(id, NEW, read)).rejects.toThrow(`read ${says(OLD).join()}`);
      expect(await everywhere(id)).toEqual(says(OLD));
    });

    it('never serves what is rolled back, wherever the write is stopped during reads', async () => {
      const rolledBack = new Error('rolled back');
      const stops = await atEveryStop(async (stop) => {
        const id = await writer.add(OLD);
        const [written, read] = await race(
          stop,
          reader.system.database,
          () => writer.write(id, NEW, () => Promise.reject(rolledBack)),
          () => reader.read(id),
        );
        expect(written).toEqual({ status: 'rejected', reason: rolledBack });
        expect(read).toEqual({ status: 'fulfilled', value: OLD });
        expect(await everywhere(id)).toEqual(says(OLD));
      });
      expect(stops).toBeGreaterThanOrEqual(6);
    });
  });
});

describe.each(['on', 'off'] as const)('Redis %s, one node:', (mode) => {
  beforeAll(() => startNodes([mode]));

  afterAll(() => nodes.stop());

  describe('Basekick-Labs/arc#499, petarzarkov/dunx#117: a read and a removal at the same time leave the old value behind', () => {
    it('leave it behind in none of 2,000 races, begun in every order', async () => {
      const [numbers] = all as [Numbers];
      const random = seededRandom(2_000);
      let [stale, races] = [0, 0];
      const raceOnce = async () => {
        const id = await numbers.add(OLD);
        const racers = [() => numbers.read(id), () => numbers.write(id, NEW), () => numbers.read(id)];
        const begin = Math.floor(random() * racers.length);
        await Promise.all([...racers.slice(begin), ...racers.slice(0, begin)].map((racer) => racer()));
        races++;
        if ((await numbers.read(id)) !== NEW) stale++;
      };
      while (races < 2_000) await Promise.all(Array.from({ length: 50 }, raceOnce));
      expect(stale).toBe(0);
    });
  });
});

describe('Redis on, once the fill lease has run out:', () => {
  beforeAll(() => startNodes(['on', 'on']));

  afterAll(() => nodes.stop());

  describe('ZiggyCreatures/FusionCache#535: a load that began before the invalidation ends after it, and what it read counts as fresh', () => {
    it('stores nothing of a load that has outlived its lease, whoever holds the next one', async () => {
      const [reader, writer] = all as [Numbers, Numbers];
      const stops = await atEveryStop(async (stop) => {
        const id = await writer.add(OLD);
        const { ending } = await stop.begin(() => reader.read(id));
        const { copy, lease } = await reader.keysOf(id);
        await nodes.redis.command('DEL', lease);
        await writer.write(id, NEW);
        const next = new Stop(AFTER_THE_LEASE);
        const { ending: nextEnding } = await next.begin(() => writer.read(id));
        const heldBy = await nodes.redis.command('GET', lease);
        stop.go();
        expect([OLD, NEW]).toContain(await valueOf(ending));
        if (heldBy !== null) expect(await nodes.redis.command('GET', lease)).toBe(heldBy);
        next.go();
        expect(await valueOf(nextEnding)).toBe(NEW);
        expect(await everywhere(id)).toEqual(says(NEW));
        expect(await nodes.redis.command('EXISTS', copy)).toBe(1);
      });
      expect(stops).toBeGreaterThanOrEqual(10);
    });
  });
});

/** Of a fill: it has asked in vain, and has taken the lease and looked once more. */
const AFTER_THE_LEASE = 6;

async function valueOf(ending: Promise<PromiseSettledResult<number>>): Promise<number> {
  return ((await ending) as PromiseFulfilledResult<number>).value;
}
