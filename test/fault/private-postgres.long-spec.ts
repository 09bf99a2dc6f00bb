import pg from 'pg';
import { PrivatePostgres } from '#testing';

jest.setTimeout(120_000);

describe(PrivatePostgres.name, () => {
  let postgres: PrivatePostgres;

  beforeAll(async () => {
    postgres = await PrivatePostgres.start();
    await query('create table remembered (what text)');
  });

  beforeEach(() => query('truncate remembered'));

  afterAll(() => postgres.stop());

  it.each(['shutDown', 'kill'] as const)(
    'answers nobody after %s, and started again has all at its address',
    async (end) => {
      await query(`insert into remembered values ('before')`);
      await postgres[end]();
      await expect(query('select 1')).rejects.toThrow();
      await postgres.startAgain();
      expect(await query('select what from remembered')).toEqual([{ what: 'before' }]);
    },
  );

  it('ends every connection when it is killed', async () => {
    const client = await connected();
    const ended = new Promise((resolve) => client.once('end', resolve));
    await postgres.kill();
    await ended;
    await postgres.startAgain();
  });

  it('answers nothing while it is paused, and everything when it goes on', async () => {
    const client = await connected();
    let answer: object[] | undefined;
    postgres.pause();
    const asked = client.query<object>('select 1 as one').then(({ rows }) => {
      answer = rows;
    });
    const refused = new pg.Client({ connectionString: postgres.url, connectionTimeoutMillis: 200 });
    await expect(refused.connect()).rejects.toThrow('timeout');
    expect(answer).toBeUndefined();
    postgres.resume();
    await asked;
    expect(answer).toEqual([{ one: 1 }]);
    await client.end();
  });

  it('leaves nobody listening at its address when it is stopped', async () => {
    const other = await PrivatePostgres.start();
    await other.stop();
    const client = new pg.Client({ connectionString: other.url });
    await expect(client.connect()).rejects.toThrow('ECONNREFUSED');
  });

  async function query(sql: string): Promise<object[]> {
    const client = await connected();
    try {
      return (await client.query<object>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function connected(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
});
