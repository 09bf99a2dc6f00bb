import { randomUUID } from 'node:crypto';
import {
  type CacheService,
  type CoherentNamespace,
  MemoryCacheService,
  NoCacheService,
  RedisCacheService,
} from '#cache';
import { InvalidationChannel } from '#coherence';
import type { Transaction } from '#database';
import { KEY_PREFIX, type SessionSystem } from '../../support/session-system.js';

/** Numbers in PostgreSQL, as one node reads them through its cache and changes them. */
export class Numbers {
  private readonly cache: CoherentNamespace<number>;

  private constructor(
    readonly system: SessionSystem,
    cache: CacheService,
  ) {
    this.cache = cache.namespace('numbers', { ttlSeconds: 60 });
  }

  /** Of each node, on one table. */
  static async on(systems: readonly SessionSystem[]): Promise<Numbers[]> {
    await systems[0]!.database.execute('create table numbers (id uuid primary key, value int not null)');
    return systems.map((system) => new Numbers(system, cacheOf(system, systems.length === 1)));
  }

  async add(value: number): Promise<string> {
    const id = randomUUID();
    await this.system.database.execute('insert into numbers values ($1, $2)', [id, value]);
    return id;
  }

  async read(id: string): Promise<number> {
    return (await this.cache.getOrLoad(id, () => this.committed(id))).value;
  }

  async committed(id: string): Promise<number> {
    return (await this.system.database.row<{ value: number }>('select value from numbers where id = $1', [id]))!.value;
  }

  /** What is done with the change still open is part of it. */
  write(id: string, value: number, meanwhile: (tx: Transaction) => Promise<unknown> = () => Promise.resolve()) {
    return this.system.writes.commit(async (tx, invalidate) => {
      invalidate(this.cache.key(id));
      await tx.execute('update numbers set value = $2 where id = $1', [id, value]);
      await meanwhile(tx);
    });
  }

  /** Where the copy lies, and its fill lease. */
  async keysOf(id: string): Promise<{ copy: string; lease: string }> {
    const { epoch } = (await this.system.database.row<{ epoch: string }>('select epoch from fence'))!;
    const copy = `${KEY_PREFIX}:${epoch}:${this.cache.key(id)}`;
    return { copy, lease: `${copy}:lease` };
  }
}

/** As the application chooses it. */
function cacheOf({ trust, coherence, module, writes }: SessionSystem, isAlone: boolean): CacheService {
  if (trust.state !== 'off') return new RedisCacheService(coherence);
  if (!isAlone) return new NoCacheService(writes);
  return new MemoryCacheService(
    { maxEntries: 1_000, maxBytes: 1_000_000 },
    { channel: module.get(InvalidationChannel), writes },
  );
}
