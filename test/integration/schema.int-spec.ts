import { type OpenedDatabase, openDatabase, schemaDrift } from '#database';
import { createTestDatabase } from '#testing';
import { schema } from '../../apps/api/src/database-options.js';

describe('the schema', () => {
  let opened: OpenedDatabase;

  beforeEach(async () => {
    const url = await createTestDatabase();
    opened = await openDatabase({
      ...schema,
      url,
      directUrl: null,
      dataDir: 'unused',
      poolSize: 2,
      migrateAtStart: true,
    });
  });

  afterEach(() => opened.close());

  it('is the same by the migrations and by the entities', async () => {
    expect(await schemaDrift(opened.database)).toEqual([]);
  });

  it('can be taken back, migration by migration, to nothing', async () => {
    for (let left = schema.migrations.length; left > 0; left--) await opened.database.undoLastMigration();
    const tables = await opened.database.rows(`select tablename from pg_tables where schemaname = 'public'`);
    expect(tables).toEqual([{ tablename: 'portcullis_migrations' }]);
  });
});
