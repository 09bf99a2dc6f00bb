import { type Pool } from 'pg';
import { Gauge } from 'prom-client';
import { type Database } from './database.js';

const watched = new Set<Database>();

new Gauge({
  name: 'portcullis_database_pool_connections',
  help: 'Connections to PostgreSQL that are open or being opened.',
  labelNames: ['state'],
  collect() {
    this.set(
      { state: 'idle' },
      sumOf((pool) => pool.idleCount),
    );
    this.set(
      { state: 'busy' },
      sumOf((pool) => pool.totalCount - pool.idleCount),
    );
  },
});

new Gauge({
  name: 'portcullis_database_pool_waiting',
  help: 'Requests that wait for a connection to PostgreSQL.',
  collect() {
    this.set(sumOf((pool) => pool.waitingCount));
  },
});

new Gauge({
  name: 'portcullis_database_pool_size',
  help: 'The most connections to PostgreSQL that this process opens in its pool.',
  collect() {
    this.set(sumOf((pool) => pool.options.max));
  },
});

/** Shows the pool of this open database in the metrics, until the function that it returns is called. */
export function watchPool(database: Database): () => void {
  watched.add(database);
  return () => watched.delete(database);
}

const sumOf = (count: (pool: Pool) => number): number =>
  [...watched].reduce((sum, database) => sum + count(poolOf(database)), 0);

/** TypeORM's driver for PostgreSQL keeps it there. */
const poolOf = ({ driver }: Database): Pool => (driver as unknown as { master: Pool }).master;
