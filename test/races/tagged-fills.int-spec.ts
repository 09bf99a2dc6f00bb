import { randomUUID } from 'node:crypto';
import { type CoherentNamespace, RedisCacheService } from '#cache';
import type { CopyKey } from '#coherence';
import { Nodes } from '../support/nodes.js';
import type { SessionSystem } from '../support/session-system.js';
import { RACING } from './support/racing.js';
import { atEveryStop } from './support/stops.js';

jest.setTimeout(120_000);

const [OLD, NEW] = [1, 2] as const;

/** Rows in PostgreSQL, each with a tag, as one node reads them. */
class TaggedRows {
  private readonly cache: CoherentNamespace<number>;
  private readonly tagsOf = (id: string) => [this.tagOf(id), 'rows'];

  constructor(readonly system: SessionSystem) {
    this.cache = new RedisCacheService(system.coherence).namespace('rows', { ttlSeconds: 60, clearable: true });
  }

  async add(): Promise<string> {
    const id = randomUUID();
    await this.system.database.execute('insert into tagged_rows values ($1, $2)', [id, OLD]);
    return id;
  }

  tagOf(id: string): string {
    return `tag of ${id}`;
  }

  async read(id: string): Promise<number> {
    return (await this.cache.getOrLoad(id, async () => (await this.load([id])).get(id)!, { tags: this.tagsOf(id) }))
      .value;
  }

  async readMany(ids: string[]): Promise<number[]> {
    const served = await this.cache.getOrLoadMany(ids, (missing) => this.load(missing), { tagsOf: this.tagsOf });
    return ids.map((id) => served.get(id)!.value);
  }

  async write(id: string, named: CopyKey): Promise<void> {
    await this.system.writes.commit(async (tx, invalidate) => {
      invalidate(named);
      await tx.execute('update tagged_rows set value = $2 where id = $1', [id, NEW]);
    });
  }

  /** All that the id belongs to, and itself. */
  namesOf(id: string): Record<string, CopyKey> {
    const { cache } = this;
    return { itself: cache.key(id), 'its tag': cache.tag(this.tagOf(id)), everything: cache.everything };
  }

  private async load(ids: string[]): Promise<Map<string, number>> {
    const rows = await this.system.database.rows<{ id: string; value: number }>(
      'select id, value from tagged_rows where id = any($1::uuid[])',
      [ids],
    );
    return new Map(rows.map(({ id, value }) => [id, value]));
  }
}

describe.each([
  ['another node', 1],
  ['the same node', 0],
] as const)('Redis on, %s writes:', (_, writing) => {
  let nodes: Nodes;
  let all: TaggedRows[];
  let reader: TaggedRows;
  let writer: TaggedRows;

  beforeAll(async () => {
    nodes = await Nodes.start(RACING, ['on', 'on']);
    await nodes.systems[0]!.database.execute('create table tagged_rows (id uuid primary key, value int not null)');
    all = nodes.systems.map((system) => new TaggedRows(system));
    [reader, writer] = [all[0]!, all[writing]!];
  });

  afterAll(() => nodes.stop());

  describe.each(['itself', 'its tag', 'everything'])('a change that names %s', (name) => {
    it('is served from then on, wherever a load is stopped during it', async () => {
      const stops = await atEveryStop(async (stop) => {
        const id = await writer.add();
        const { ending } = await stop.begin(() => reader.read(id));
        await writer.write(id, writer.namesOf(id)[name]!);
        const afterwards = Promise.all(all.map((rows) => rows.read(id)));
        stop.go();
        expect(await ending).toMatchObject({ status: 'fulfilled' });
        expect(await afterwards).toEqual([NEW, NEW]);
        expect(await Promise.all(all.map((rows) => rows.read(id)))).toEqual([NEW, NEW]);
      });
      expect(stops).toBeGreaterThanOrEqual(10);
    });

    it('is served from then on, wherever a load of many is stopped during it', async () => {
      const stops = await atEveryStop(async (stop) => {
        const ids = [await writer.add(), await writer.add()];
        const { ending } = await stop.begin(() => reader.readMany(ids));
        await writer.write(ids[0]!, writer.namesOf(ids[0]!)[name]!);
        const afterwards = Promise.all(all.map((rows) => rows.readMany(ids)));
        stop.go();
        expect(await ending).toMatchObject({ status: 'fulfilled' });
        expect(await afterwards).toEqual([
          [NEW, OLD],
          [NEW, OLD],
        ]);
        expect(await Promise.all(all.map((rows) => rows.readMany(ids)))).toEqual([
          [NEW, OLD],
          [NEW, OLD],
        ]);
      });
      expect(stops).toBeGreaterThanOrEqual(10);
    });
  });
});
