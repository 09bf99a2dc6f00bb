import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import { Test } from '@nestjs/testing';
import { Column, Entity, Index, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import {
  Database,
  DatabaseModule,
  type DatabaseOptions,
  DatabaseUnavailable,
  type DedicatedConnection,
  DevelopmentSecrets,
  migrations,
  type OpenedDatabase,
  openDatabase,
  pendingMigrations,
  schemaDrift,
} from '#database';
import { createTestDatabase, TcpProxy } from '#testing';

jest.setTimeout(60_000);

class Gates1800000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('create table gates (id uuid primary key, keeper_name text not null)');
    await queryRunner.query('create index on gates (keeper_name)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table gates');
  }
}

@Entity('gates')
class Gate {
  @PrimaryColumn('uuid')
  id: string;

  @Index()
  @Column('text')
  keeperName: string;
}

@Entity('gates')
class HigherGate extends Gate {
  @Column('int')
  height: number;
}

describe(Database.name, () => {
  const opened: OpenedDatabase[] = [];
  let url: string;

  beforeEach(async () => {
    url = await createTestDatabase();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
  });

  function options(more: Partial<DatabaseOptions> = {}): DatabaseOptions {
    return {
      url,
      directUrl: null,
      dataDir: '',
      poolSize: 3,
      migrateAtStart: true,
      entities: [Gate],
      migrations: [...migrations, Gates1800000000000],
      ...more,
    };
  }

  async function open(more?: Partial<DatabaseOptions>): Promise<Database> {
    const database = await openDatabase(options(more));
    opened.push(database);
    return database.database;
  }

  async function openWithGates(...keepers: string[]): Promise<Database> {
    const database = await open();
    for (const keeper of keepers) await database.execute('insert into gates values (gen_random_uuid(), $1)', [keeper]);
    return database;
  }

  describe('statements', () => {
    it('give rows in camelCase, also from RETURNING', async () => {
      const database = await openWithGates('Ada');

      const changed = await database.rows<Gate>('update gates set keeper_name = $1 returning keeper_name, 1 as one', [
        'Eve',
      ]);

      expect(changed).toEqual([{ keeperName: 'Eve', one: 1 }]);
      expect(await database.rows('delete from gates returning keeper_name')).toEqual([{ keeperName: 'Eve' }]);
    });

    it('give the first row, or null', async () => {
      const database = await openWithGates('Ada', 'Eve');
      const look = 'select keeper_name from gates where keeper_name >= $1 order by keeper_name';

      expect(await database.row(look, ['B'])).toEqual({ keeperName: 'Eve' });
      expect(await database.row(look, ['F'])).toBeNull();
    });

    it('count what they change', async () => {
      const database = await openWithGates('Ada', 'Eve');

      expect(await database.execute('delete from gates where keeper_name < $1', ['B'])).toBe(1);
      expect(await database.execute('delete from gates where keeper_name < $1', ['B'])).toBe(0);
    });

    it('do not quote the row that they refused', async () => {
      const database = await open();

      const refusal = await database
        .execute(`insert into gates values ('00000000-0000-0000-0000-00000000cafe', null)`)
        .catch((error: unknown) => error);

      expect(refusal).toMatchObject({ code: '23502', column: 'keeper_name' });
      expect(JSON.stringify(refusal)).not.toContain('cafe');
    });
  });

  describe('transactions', () => {
    const names = (database: Database) =>
      database.rows<Gate>('select keeper_name from gates order by 1').then((rows) => rows.map((row) => row.keeperName));
    const add = 'insert into gates values (gen_random_uuid(), $1)';

    it('commit what was done and return the result', async () => {
      const database = await open();

      const added = await database.inTransaction((transaction) => transaction.execute(add, ['Ada']));

      expect(added).toBe(1);
      expect(await names(database)).toEqual(['Ada']);
    });

    it('undo everything when the work throws', async () => {
      const database = await open({ poolSize: 1 });

      const work = database.inTransaction(async (transaction) => {
        await transaction.execute(add, ['Ada']);
        throw new Error('changed my mind');
      });

      await expect(work).rejects.toThrow('changed my mind');
      expect(await names(database)).toEqual([]);
    });

    it('do not pretend to have committed after a failed statement', async () => {
      const database = await open({ poolSize: 1 });

      const work = database.inTransaction(async (transaction) => {
        await transaction.execute(add, ['Ada']);
        await transaction.execute(add, [null]).catch(() => 'never mind');
      });

      await expect(work).rejects.toThrow('Nothing was committed');
      expect(await names(database)).toEqual([]);
    });

    it('refuse statements when they are over', async () => {
      const database = await open();
      const late = await database.inTransaction((transaction) => Promise.resolve({ transaction }));

      await expect(late.transaction.rows('select 1')).rejects.toThrow('This transaction is over');
    });

    it('carry out nothing after their ROLLBACK, on its way as it may be', async () => {
      const database = await openWithGates('Ada');
      let sibling: Promise<unknown> = Promise.resolve();

      const work = database.inTransaction((transaction) => {
        const failing = transaction.execute(add, [null]);
        // Once the failure has got about, and before the server has answered again.
        sibling = failing.catch(() => immediate()).then(() => transaction.execute('delete from gates'));
        return Promise.all([failing, sibling]);
      });

      await expect(work).rejects.toMatchObject({ code: '23502' });
      await expect(sibling).rejects.toThrow('This transaction is over');
      expect(await names(database)).toEqual(['Ada']);
    });
  });

  describe('when PostgreSQL does not answer', () => {
    it('says so, and goes on when it answers again', async () => {
      const database = await open();

      const broken = database.rows('select pg_terminate_backend(pg_backend_pid())');

      await expect(broken).rejects.toBeInstanceOf(DatabaseUnavailable);
      expect(await database.rows('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('outlives the loss of idle connections and of a transaction', async () => {
      const database = await open();
      const killOthers = `select pg_terminate_backend(pid) from pg_stat_activity
                          where datname = current_database() and pid <> pg_backend_pid()`;

      const work = database.inTransaction(async (transaction) => {
        await database.rows(killOthers);
        await transaction.rows('select 1');
      });

      await expect(work).rejects.toBeInstanceOf(DatabaseUnavailable);
      expect(await database.rows('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('gives up a statement that takes too long', async () => {
      const database = new Database({ url, poolSize: 1, statementTimeoutMs: 20, entities: [], migrations: [] });
      await database.initialize();

      await expect(database.rows('select pg_sleep(10)')).rejects.toBeInstanceOf(DatabaseUnavailable);

      await database.destroy();
    });

    it('gives up opening it after the given time, and keeps the password to itself', async () => {
      const nowhere = 'postgres://portcullis:a-password@127.0.0.1:1/portcullis';

      const failure = await openDatabase(options({ url: nowhere, connectWithinMs: 100 })).catch(String);

      expect(failure).toMatch(/^DatabaseUnreachable: PostgreSQL at 127\.0\.0\.1:1\/portcullis .*ECONNREFUSED/);
      expect(failure).not.toContain('a-password');
    });

    it('does not wait for a database that does not exist', async () => {
      const missing = new URL(url);
      missing.pathname = 'missing';

      await expect(open({ url: missing.href })).rejects.toThrow('database "missing" does not exist');
    });
  });

  it('keeps open what it has opened, however idle, for the moment when Redis is lost', async () => {
    const database = await open();
    const opened = `select count(*)::int from pg_stat_activity where datname = current_database()`;
    const all = Array.from({ length: 3 }, () => database.row(`${opened} and pg_sleep(0.05) is not null`));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    try {
      await Promise.all(all);
      jest.advanceTimersByTime(24 * 60 * 60 * 1_000);
    } finally {
      jest.useRealTimers();
    }
    await expect(database.row(opened)).resolves.toEqual({ count: 3 });
  });

  describe('a connection of its own', () => {
    async function directly(to: string): Promise<DedicatedConnection> {
      const database = new Database({ url, directUrl: to, poolSize: 1, entities: [], migrations: [] });
      const connection = database.dedicated({ name: 'test', limitMs: 1_000, reachMs: 200 });
      await connection.row('select 1').catch(() => undefined);
      await connection.close();
      return connection;
    }

    it('knows that somebody is there', async () => {
      expect((await directly(url)).sinceNobodyMs).toBeNull();
    });

    it.each([
      ['the machine refuses the connection', 'postgres://127.0.0.1:1/x'],
      ['the machine does not answer, or is nowhere', 'postgres://192.0.2.1:5432/x'],
    ])('knows that nobody is there when %s', async (_, to) => {
      expect((await directly(to)).sinceNobodyMs).toBeGreaterThan(0);
    });

    it.each([
      ['refuses the database', (to: URL) => (to.pathname = '/no_such_database')],
      ['refuses the account', (to: URL) => (to.username = 'nobody_of_that_name')],
    ])('knows that somebody is there who %s', async (_, change) => {
      const to = new URL(url);
      change(to);
      expect((await directly(to.href)).sinceNobodyMs).toBeNull();
    });

    it('knows that somebody is there who takes up the connection and does not answer', async () => {
      const { hostname, port } = new URL(url);
      const way = await TcpProxy.to(hostname, Number(port));
      way.stall();
      const connection = await directly(`postgres://127.0.0.1:${way.port}/x`);
      expect(connection.sinceNobodyMs).toBeNull();
      await way.close();
    });
  });

  describe('migrations', () => {
    it('are carried out once when three nodes start at once', async () => {
      const lines: string[] = [];
      const log = (line: string) => lines.push(line);

      const databases = await Promise.all([1, 2, 3].map(() => open({ log })));

      expect(lines).toEqual([
        'Migrated the database: Foundation1763683200000, Coherence1795219200000, MemoryLease1795305600000, Gates1800000000000.',
      ]);
      expect(await pendingMigrations(databases[0] as Database)).toEqual([]);
    });

    it('give their lock back', async () => {
      const database = await open();

      expect(
        await database.rows(`select 1 from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`),
      ).toEqual([]);
    });

    it('are asked for when they are switched off at start', async () => {
      await open({ migrations });

      await expect(open({ migrateAtStart: false })).rejects.toThrow(
        'The database lacks Gates1800000000000: run `npm run migrate`',
      );
    });

    it('are not missed when they are switched off and none is pending', async () => {
      await open();

      expect(await pendingMigrations(await open({ migrateAtStart: false }))).toEqual([]);
    });

    it('can be undone and done again', async () => {
      const database = await open();
      await database.undoLastMigration();
      await database.undoLastMigration();

      expect(await pendingMigrations(database)).toHaveLength(2);
      expect(await pendingMigrations(await open())).toEqual([]);
    });

    it('agree with the entities', async () => {
      expect(await schemaDrift(await open())).toEqual([]);
    });

    it('are known not to agree with an entity that has one more column', async () => {
      const drift = await schemaDrift(await open({ entities: [HigherGate] }));

      expect(drift).toEqual(['ALTER TABLE "gates" ADD "height" integer NOT NULL']);
    });
  });

  describe(DevelopmentSecrets.name, () => {
    it('gives all callers on all nodes the same', async () => {
      const [here, there] = [new DevelopmentSecrets(await open()), new DevelopmentSecrets(await open())];

      const calls = Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? here : there).obtain('key', () => `made by ${index}`),
      );
      const secrets = await Promise.all(calls);

      expect(new Set(secrets).size).toBe(1);
      expect(secrets[0]).toMatch(/^made by \d$/);
      expect(await here.obtain('another', () => 'its own')).toBe('its own');
    });
  });
});

describe(DatabaseModule.name, () => {
  it('brings its own PostgreSQL when none is given, and leaves no process behind', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-module-'));
    await chmod(dataDir, 0o755);
    const imports = [
      DatabaseModule.forRoot({
        url: null,
        directUrl: null,
        dataDir,
        poolSize: 2,
        migrateAtStart: true,
        entities: [],
        migrations,
        log: () => undefined,
      }),
    ];
    const module = await Test.createTestingModule({ imports }).compile();
    await module.init();

    expect(module.get(DatabaseModule).describe()).toMatch(/^embedded PostgreSQL 18\.\d+ in \/.*portcullis-module-/);
    expect(await module.get(DevelopmentSecrets).obtain('key', () => 'made')).toBe('made');

    await module.close();
    expect(module.get(Database).isInitialized).toBe(false);
    expect(await readdir(join(dataDir, 'postgres', 'data'))).not.toContain('postmaster.pid');
    await rm(dataDir, { recursive: true });
  });
});
