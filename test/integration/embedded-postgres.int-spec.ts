import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataDirectoryInUse, EmbeddedPostgres } from '#database';
import { NodeProcess } from '#testing';

type Said = { url: string; uid: number } | { refused: string };

// Still able to enter folders of root, where this project may lie.
const AS_NOBODY = [
  ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--securebits=+no_setuid_fixup'],
  ...['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override', '--'],
];
const AS_ORDINARY_USER = process.getuid?.() === 0 ? AS_NOBODY : [];

jest.setTimeout(60_000);

describe(EmbeddedPostgres.name, () => {
  let prepared: string;
  let folder: string;
  let dataDir: string;
  const servers: EmbeddedPostgres[] = [];
  const processes: NodeProcess<Said>[] = [];

  beforeAll(async () => {
    prepared = await mkdtemp(join(tmpdir(), 'portcullis-prepared-'));
    await chmod(prepared, 0o755);
    await (await EmbeddedPostgres.start({ dataDir: prepared, durable: false, log: () => undefined })).stop();
  });

  afterAll(() => rm(prepared, { recursive: true }));

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'portcullis-embedded-')));
    await chmod(folder, 0o755);
    dataDir = join(folder, 'data');
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.disconnect()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await serverGone(dataDir);
    await rm(folder, { recursive: true });
  });

  // Most tests are not about the first start, which takes a second.
  async function haveDatabase(): Promise<void> {
    await mkdir(dataDir);
    execFileSync('cp', ['-a', join(prepared, 'postgres'), dataDir]);
  }

  async function start(): Promise<EmbeddedPostgres> {
    const server = await EmbeddedPostgres.start({ dataDir, durable: false, log: () => undefined });
    servers.push(server);
    return server;
  }

  function inOtherProcess(program: string, wrapper?: string[]): NodeProcess<Said> {
    const process = NodeProcess.start<Said>(program, [dataDir], wrapper);
    processes.push(process);
    return process;
  }

  async function hold(wrapper?: string[]): Promise<{ holder: NodeProcess<Said>; url: string; uid: number }> {
    const holder = inOtherProcess('hold-data-directory', wrapper);
    const said = await holder.message();
    if ('refused' in said) throw new Error(said.refused);
    return { holder, ...said };
  }

  describe('on a first start', () => {
    it('makes a database that the next start finds', async () => {
      const first = await start();
      await remember(first.url, 'first');
      await first.stop();

      expect(await recall((await start()).url)).toEqual(['first']);
    });

    it('lets one of two processes win that come at once', async () => {
      const said = await Promise.all([1, 2].map(() => inOtherProcess('hold-data-directory').message()));

      expect(said.filter((answer) => 'url' in answer)).toHaveLength(1);
      expect(said.filter((answer) => 'refused' in answer)).toHaveLength(1);
    });

    it('leaves no half-made database when it is killed', async () => {
      const starter = inOtherProcess('hold-data-directory');
      await until(async () => (await filesIn(dataDir)).some((name) => name.startsWith('postgres.new-')));
      await starter.kill();

      await remember((await start()).url, 'whole');
      expect(await filesIn(dataDir)).toEqual(['postgres']);
    });

    it('works in a folder that only its user may enter', async () => {
      await chmod(folder, 0o700);
      const first = await start();
      await remember(first.url, 'private');
      await first.stop();

      expect(await recall((await start()).url)).toEqual(['private']);
    });

    it('says which folder it cannot use, and why', async () => {
      await writeFile(dataDir, 'not a folder');

      await expect(start()).rejects.toMatchObject({
        code: 'database.embedded_failed',
        message: expect.stringContaining(`the folder ${dataDir} (DATABASE__DATA_DIR) cannot be used: EEXIST`) as string,
      });
    });

    it('works as an ordinary user', async () => {
      const { url, uid } = await hold(AS_ORDINARY_USER);

      expect(uid).not.toBe(0);
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    });
  });

  describe('in use', () => {
    beforeEach(haveDatabase);

    it('keeps UTF-8 in the same order on every platform', async () => {
      const { url } = await start();

      const [setting] = await query(
        url,
        `select pg_encoding_to_char(encoding) as encoding, datlocale as locale, upper('ß é') as upper
         from pg_database where datname = current_database()`,
      );

      expect(setting).toEqual({ encoding: 'UTF8', locale: 'C.UTF-8', upper: 'ß É' });
    });

    it('lets in who has the password only, which others cannot read', async () => {
      const { url } = await start();
      const stranger = new URL(url);
      stranger.password = 'guess';

      await expect(query(stranger.href, 'select 1')).rejects.toThrow('password authentication failed');
      expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
      expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
    });

    it('refuses a directory that another process holds', async () => {
      await hold();

      const refusal = await start().catch((error: unknown) => error);

      expect(refusal).toBeInstanceOf(DataDirectoryInUse);
      expect((refusal as Error).message).toContain(
        `uses the data directory ${dataDir} (its server is process ${await postmasterOf(dataDir)}). Set DATABASE__DATA_DIR`,
      );
    });

    it('refuses a directory that this process holds already', async () => {
      await start();

      await expect(start()).rejects.toThrow(DataDirectoryInUse);
    });

    it('stays with who holds it, however often others ask', async () => {
      const { url } = await hold();
      await Promise.allSettled([start(), start(), start()]);

      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('stops when asked, once or twice, and leaves no process', async () => {
      const server = await start();
      const pid = await postmasterOf(dataDir);

      await Promise.all([server.stop(), server.stop()]);

      // One that has ended is there until its parent, this process, takes note of it.
      await until(() => Promise.resolve(spawnSync('kill', ['-0', String(pid)]).status !== 0));
    });

    it('does not keep its process alive, and gives the directory back when that ends', async () => {
      const leaver = inOtherProcess('leave-data-directory');
      await leaver.message();
      await leaver.ended();

      expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
    });
  });

  describe('after a kill -9', () => {
    beforeEach(haveDatabase);

    it('starts again with what was committed', async () => {
      const { holder, url } = await hold();
      await remember(url, 'before the kill');
      await holder.kill();

      expect(await recall((await start()).url)).toEqual(['before the kill']);
    });

    it('takes over the server, and stops it, where it outlived its process', async () => {
      const { holder, url } = await hold(withoutSetpriv());
      await holder.kill();

      const adopted = await start();
      expect(adopted.url).toBe(url);

      await adopted.stop();
      await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    });

    it('lets only one process take over a server', async () => {
      const { holder } = await hold(withoutSetpriv());
      await holder.kill();
      await start();

      expect(await inOtherProcess('hold-data-directory').message()).toHaveProperty('refused');
    });

    it('recovers when the server was killed too', async () => {
      const { holder, url } = await hold();
      await remember(url, 'before the crash');
      process.kill(await postmasterOf(dataDir), 'SIGKILL');
      await holder.kill();

      expect(await recall((await start()).url)).toEqual(['before the crash']);
    });

    it('is not taken in by a lock file whose process id belongs to another program now', async () => {
      const data = join(dataDir, 'postgres', 'data');
      await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n0\n5432\n\n127.0.0.1\n\nready\n`);

      expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
    });
  });

  // Linux without setpriv, macOS and Windows cannot tie the server's life to its process.
  const withoutSetpriv = () => [...AS_ORDINARY_USER, '/usr/bin/env', `PATH=${folder}`];
});

async function query(url: string, sql: string, values: unknown[] = []): Promise<object[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function remember(url: string, note: string): Promise<void> {
  await query(url, 'create table notes (note text)');
  await query(url, 'insert into notes values ($1)', [note]);
}

async function recall(url: string): Promise<string[]> {
  return (await query(url, 'select note from notes')).map((row) => (row as { note: string }).note);
}

async function filesIn(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}

async function postmasterOf(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

async function serverGone(dataDir: string): Promise<void> {
  await until(async () => !(await filesIn(join(dataDir, 'postgres', 'data'))).includes('postmaster.pid'));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('What was waited for has not come within 20 s.');
    await pause(5);
  }
}
