import { randomUUID } from 'node:crypto';
import { Injectable, type Provider, Scope } from '@nestjs/common';
import { register } from 'prom-client';
import { type DatabaseOptions, migrations, openDatabase, schemaDrift } from '#database';
import {
  AttemptExpired,
  Handles,
  type Job,
  type JobType,
  jobType,
  QueueModule,
  QueueSchemaMissing,
  queueMigrations,
  ShuttingDown,
} from '#queue';
import { createTestDatabase, NodeProcess, TcpProxy } from '#testing';
import { handling, QueueSystem } from '../support/queue-system.js';
import { until } from '../support/until.js';

interface Pet {
  name: string;
}

const greet = jobType<Pet>('pets.greet', { retries: 2, backOffSeconds: 30 });

let system: QueueSystem;
let others: QueueSystem[];
let done: Job<Pet>[];

/** Notes the job. */
const greeting = handling(greet, (job) => void done.push(job));
const names = () => done.map(({ payload }) => payload.name);

beforeEach(() => {
  done = [];
  others = [];
});

afterEach(() => Promise.all([system, ...others].map((each) => each.close())));

/** The system of the test; those started later are on its database. */
async function start(options: Parameters<typeof QueueSystem.start>[0] = {}): Promise<void> {
  system = await QueueSystem.start({ jobTypes: [greet], providers: [greeting], ...options });
}

async function startAnother(options: Parameters<typeof QueueSystem.start>[0] = {}): Promise<QueueSystem> {
  const other = await QueueSystem.start({ jobTypes: [greet], providers: [greeting], url: system.url, ...options });
  others.push(other);
  return other;
}

describe('a job', () => {
  it('is carried out once the transaction of its cause has been committed', async () => {
    await start();
    const id = await system.database.inTransaction(async (tx) => {
      const enqueued = await system.queue.enqueue(tx, greet, { name: 'Ada' });
      await system.queue.enqueueAlone(greet, { name: 'Bob' });
      await until(() => names().includes('Bob'));
      expect(names()).not.toContain('Ada');
      return enqueued;
    });
    await until(() => names().includes('Ada'));
    expect(done[1]).toEqual({
      id,
      payload: { name: 'Ada' },
      attempt: 1,
      signal: expect.any(AbortSignal) as AbortSignal,
    });
    await until(async () => (await system.states(greet)).every((state) => state === 'completed'));
  });

  it('has never been, when that transaction is rolled back', async () => {
    await start({ works: false });
    const failing = system.database.inTransaction(async (tx) => {
      await system.queue.enqueue(tx, greet, { name: 'Ada' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await system.jobs(greet)).toEqual([]);
  });

  it('waits as long as it was told, by the clock of PostgreSQL', async () => {
    await start({ works: false });
    await system.queue.enqueueAlone(greet, { name: 'later' }, { afterSeconds: 3_600 });
    await system.queue.enqueueAlone(greet, { name: 'soon' }, { afterSeconds: 0.3 });
    expect((await system.jobs(greet)).map(({ waitSeconds }) => waitSeconds)).toEqual([3_600, 0.3]);
    await startAnother();
    await until(() => names().includes('soon'));
    expect(names()).toEqual(['soon']);
    await system.makeDue();
    await until(() => names().includes('later'));
  });

  it('brings back every kind of plain data', async () => {
    const all = jobType<{ value: unknown }>('all');
    const values = [1.5, 'ü "\\', null, true, [1, [2], {}], { deep: { list: ['x'] } }];
    const received: unknown[] = [];
    await start({ jobTypes: [all], providers: [handling(all, ({ payload }) => void received.push(payload.value))] });
    for (const value of values) await system.queue.enqueueAlone(all, { value });
    await until(() => received.length === values.length);
    expect(received).toEqual(expect.arrayContaining(values));
  });

  it('is refused when it is not as described, and the transaction can go on', async () => {
    await start();
    const { queue } = system;
    const unknown = jobType<Pet>('unknown');
    await system.database.inTransaction(async (tx) => {
      const wrong: [JobType<Pet>, unknown, object][] = [
        [unknown, { name: 'x' }, {}],
        [greet, { name: new Date() }, {}],
        [greet, { name: 'x'.repeat(65_537) }, {}],
        [greet, { name: 'x' }, { afterSeconds: -1 }],
        [greet, { name: 'x' }, { singletonKey: '' }],
      ];
      for (const [type, payload, options] of wrong)
        await expect(queue.enqueue(tx, type, payload as Pet, options)).rejects.toThrow(/greet|unknown|must be/);
      await queue.enqueue(tx, greet, { name: 'right' });
    });
    await until(() => names().includes('right'));
    expect(names()).toEqual(['right']);
  });
});

describe('of jobs with the same singleton key', () => {
  it('one waits, and stands for the others until it begins', async () => {
    await start({ works: false });
    const enqueue = (name: string, singletonKey?: string) =>
      system.queue.enqueueAlone(greet, { name }, { singletonKey });
    const [first, second, other] = [await enqueue('a', 'k'), await enqueue('b', 'k'), await enqueue('c', 'other')];
    await Promise.all([enqueue('d'), enqueue('d')]);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    await startAnother();
    await until(() => done.length === 4);
    expect(names().sort()).toEqual(['a', 'c', 'd', 'd']);
    expect(await enqueue('e', 'k')).not.toBe(first);
    await until(() => names().includes('e'));
  });

  it('one remains when they are enqueued in several transactions at once', async () => {
    await start({ works: false });
    const enqueue = () =>
      system.database.inTransaction((tx) => system.queue.enqueue(tx, greet, { name: 'a' }, { singletonKey: 'k' }));
    const ids = await Promise.all(Array.from({ length: 8 }, enqueue));
    expect(new Set(ids).size).toBe(1);
    expect(await system.states(greet)).toEqual(['created']);
  });

  it('the one that waits sees what was changed by a transaction that it stands for', async () => {
    await start({ works: false });
    await system.database.execute('create table pets (name text)');
    const first = await system.queue.enqueueAlone(greet, { name: 'first' }, { singletonKey: 'k' });
    const seen: string[] = [];
    const looking = handling(greet, async ({ payload }) => {
      const pets = await system.database.rows<Pet>('select name from pets');
      seen.push(`${payload.name} sees ${pets.length}`);
    });
    await system.database.inTransaction(async (tx) => {
      await tx.execute(`insert into pets values ('Ada')`);
      expect(await system.queue.enqueue(tx, greet, { name: 'second' }, { singletonKey: 'k' })).toBe(first);
      await startAnother({ providers: [looking] });
      await system.queue.enqueueAlone(greet, { name: 'later' });
      await until(() => seen.length > 0);
      expect(seen).toEqual(['later sees 0']);
    });
    await until(() => seen.length === 2);
    expect(seen[1]).toBe('first sees 1');
  });
});

describe('a job that fails', () => {
  it('is tried again after waits that double', async () => {
    const attempts: number[] = [];
    const failing = handling(greet, ({ attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Error(`failure ${attempt}`);
    });
    await start({ providers: [failing] });
    await system.queue.enqueueAlone(greet, { name: 'Ada' });
    for (const [failed, least, most] of [
      [1, 30, 60],
      [2, 60, 120],
    ] as const) {
      await until(async () => attempts.length === failed && (await system.states(greet))[0] === 'retry');
      const { waitSeconds } = (await system.jobs(greet))[0]!;
      expect(waitSeconds).toBeGreaterThanOrEqual(least);
      expect(waitSeconds).toBeLessThan(most + 5); // the attempt took some time, too
      await system.makeDue();
    }
    await until(async () => (await system.states(greet))[0] === 'completed');
    expect(attempts).toEqual([1, 2, 3]);
    expect(system.log.filter((line) => line.includes('will be tried again'))).toHaveLength(2);
  });

  it('becomes a dead letter when its tries are used up: to be looked at, tried again, thrown away', async () => {
    let isMended = false;
    const failing = handling(greet, (job) => {
      if (!isMended) throw Object.assign(new TypeError('half of a pair: \ud83d'), { secret: 'hunter2' });
      done.push(job);
    });
    await start({ providers: [failing], jobTypes: [greet] });
    await Promise.all(['Ada', 'Bob', 'Eve'].map((name) => system.queue.enqueueAlone(greet, { name })));
    await until(async () => {
      await system.makeDue();
      return (await system.deadLetters.list(greet)).length === 3;
    });
    isMended = true;

    const { deadLetters } = system;
    const letters = await deadLetters.list(greet);
    const [ada, bob, eve] = ['Ada', 'Bob', 'Eve'].map((name) => letters.find(({ payload }) => payload.name === name)!);
    expect(ada).toEqual({
      id: expect.any(String) as string,
      payload: { name: 'Ada' },
      reason: 'TypeError: half of a pair: \ufffd',
      diedAt: expect.any(Date) as Date,
    });
    expect(await deadLetters.find(greet, ada!.id)).toEqual(ada);
    expect(await deadLetters.list(greet, 1)).toEqual([letters[0]]);
    const rows = await system.database.rows('select j::text as text from portcullis_queue.job j');
    expect(JSON.stringify(rows)).not.toContain('hunter2');

    const retried = await Promise.all([deadLetters.retry(greet, ada!.id), deadLetters.retry(greet, ada!.id)]);
    expect(retried.filter((id) => id !== null)).toHaveLength(1);
    expect(await deadLetters.discard(greet, bob!.id)).toBe(true);
    await until(() => done.length === 1);
    expect(done[0]).toMatchObject({ payload: { name: 'Ada' }, attempt: 1 });
    expect(await deadLetters.list(greet)).toEqual([eve]);
    for (const id of [bob!.id, randomUUID(), 'no id at all']) {
      expect(await deadLetters.find(greet, id)).toBeNull();
      expect(await deadLetters.retry(greet, id)).toBeNull();
      expect(await deadLetters.discard(greet, id)).toBe(false);
    }
    await expect(deadLetters.list(greet, 0)).rejects.toThrow(RangeError);
  });
});

describe('an attempt', () => {
  it('that takes too long is told so, has failed, and holds nobody up', async () => {
    const brief = jobType('brief', { retries: 1, backOffSeconds: 1, expireSeconds: 1 });
    const signals: AbortSignal[] = [];
    const hanging = handling(brief, async ({ signal }) => {
      signals.push(signal);
      await new Promise(() => undefined);
    });
    await start({ jobTypes: [brief], providers: [hanging], concurrency: 1 });
    await system.queue.enqueueAlone(brief, {});
    await until(() => signals[0]?.aborted === true);
    expect(signals[0]!.reason).toBeInstanceOf(AttemptExpired);
    await until(async () => {
      await system.makeDue();
      return (await system.deadLetters.list(brief)).length === 1;
    });
    expect(signals).toHaveLength(2);
    expect((await system.deadLetters.list(brief))[0]!.reason).toBe('AttemptExpired: The attempt took longer than 1 s.');
  });

  it('is one of at most so many at a time', async () => {
    const release: (() => void)[] = [];
    const holding = handling(greet, async () => new Promise<void>((resolve) => void release.push(resolve)));
    await start({ providers: [holding], concurrency: 3 });
    const all = Array.from({ length: 8 }, (_, index) => system.queue.enqueueAlone(greet, { name: `${index}` }));
    await Promise.all(all);
    for (let ended = 0; ended < 8; ended++) {
      await until(() => release.length === Math.min(ended + 3, 8));
      const states = await system.states(greet);
      expect(states.filter((state) => state === 'active').length).toBeLessThanOrEqual(3);
      release[ended]!();
    }
    await until(async () => (await system.states(greet)).every((state) => state === 'completed'));
    expect(release).toHaveLength(8);
  });

  it('is made by one process, however many look for work', async () => {
    await start({ works: false });
    const all = Array.from({ length: 60 }, (_, index) => system.queue.enqueueAlone(greet, { name: `${index}` }));
    await Promise.all(all);
    await Promise.all([startAnother(), startAnother(), startAnother()]);
    await until(async () => (await system.states(greet)).every((state) => state === 'completed'));
    expect(new Set(names()).size).toBe(60);
    expect(done).toHaveLength(60);
  });
});

describe('a shutdown', () => {
  it('lets finish who can, gives back what is unfinished in time, and that uses up no try', async () => {
    await start({ works: false });
    const began: string[] = [];
    const ending = handling(greet, async ({ payload: { name }, signal }) => {
      began.push(name);
      await new Promise<void>((resolve) => {
        if (name !== 'ignores') signal.addEventListener('abort', () => resolve());
      });
      expect(signal.reason).toBeInstanceOf(ShuttingDown);
      if (name === 'gives up') throw signal.reason as Error;
    });
    const worker = await QueueSystem.start({ jobTypes: [greet], providers: [ending], url: system.url });
    for (const name of ['finishes', 'gives up', 'ignores']) await system.queue.enqueueAlone(greet, { name });
    await until(() => began.length === 3);

    const before = performance.now();
    await worker.close();
    expect(performance.now() - before).toBeLessThan(8_000);
    expect(await system.jobs(greet)).toMatchObject([
      { state: 'completed' },
      { state: 'retry', retryCount: 0, retryLimit: 3 },
      { state: 'retry', retryCount: 0, retryLimit: 3 },
    ]);

    await startAnother();
    await until(() => done.length === 2);
    expect(done.map(({ payload: { name }, attempt }) => [name, attempt]).sort()).toEqual([
      ['gives up', 2],
      ['ignores', 2],
    ]);
  });
});

describe('a process that', () => {
  const hang = jobType('test.hang', { expireSeconds: 1, backOffSeconds: 1 });
  const block = jobType<{ ms: number }>('test.block', { expireSeconds: 1, backOffSeconds: 1 });

  let elsewhere: NodeProcess<{ begun: string }>;

  afterEach(() => elsewhere.kill());

  /** Another process works on the job first. */
  async function beginElsewhere(type: JobType): Promise<void> {
    await start({ jobTypes: [hang, block], providers: [], works: false });
    const id = await system.queue.enqueueAlone(type, { ms: 4_000 });
    elsewhere = NodeProcess.start('work-on-jobs', [system.url]);
    expect(await elsewhere.message()).toEqual({ begun: id });
  }

  it('is killed in the middle of a job leaves it to another, which carries it out once', async () => {
    await beginElsewhere(hang);
    await elsewhere.kill();
    const attempts: number[] = [];
    const finishing = handling(hang, ({ attempt }) => void attempts.push(attempt));
    await startAnother({ jobTypes: [hang], providers: [finishing] });
    await until(async () => {
      await system.makeDue();
      return (await system.states(hang))[0] === 'completed';
    });
    expect(attempts).toEqual([2]);
  });

  it('wakes up too late says nothing any more about a job that another one works on', async () => {
    await beginElsewhere(block);
    await startAnother({ jobTypes: [block], providers: [] });
    await until(async () => (await system.states(block))[0] === 'retry');
    await system.database.execute(`update portcullis_queue.job set expire_in = '30 s'`);
    await system.makeDue();
    const attempts: number[] = [];
    let fail = () => undefined as void;
    const failing = handling(block, async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt === 2) await new Promise<void>((_, reject) => (fail = () => reject(new Error('failed'))));
    });
    await startAnother({ jobTypes: [block], providers: [failing], concurrency: 1 });
    await until(() => attempts.length === 1);

    // It takes the next one when it has said of the first what it had to say.
    const next = await system.queue.enqueueAlone(block, { ms: 0 });
    expect(await elsewhere.message()).toEqual({ begun: next });
    expect((await system.jobs(block))[0]).toMatchObject({ state: 'active', retryCount: 1 });
    await elsewhere.kill();
    fail();
    await until(async () => {
      await system.makeDue();
      return (await system.states(block))[0] === 'completed';
    });
    expect(attempts).toEqual([2, 3]);
  });
});

describe('when PostgreSQL is gone for a while', () => {
  it('work goes on afterwards, what was done meanwhile is not done again, and the log has a line for each change', async () => {
    const url = new URL(await createTestDatabase());
    const way = await TcpProxy.to(url.hostname, Number(url.port));
    await start({ url: url.href, works: false });
    const begun: string[] = [];
    let finish = () => undefined as void;
    const working = handling(greet, async ({ payload }) => {
      begun.push(payload.name);
      if (payload.name === 'under way') await new Promise<void>((resolve) => (finish = resolve));
    });
    url.port = String(way.port);
    const worker = await startAnother({ url: url.href, providers: [working] });
    await system.queue.enqueueAlone(greet, { name: 'under way' });
    await until(() => begun.length === 1);

    way.cut();
    await until(() => worker.log.length > 0);
    finish();
    await expect(worker.queue.enqueueAlone(greet, { name: 'refused' })).rejects.toThrow(/PostgreSQL cannot be reached/);
    await system.queue.enqueueAlone(greet, { name: 'afterwards' });
    way.mend();

    await until(async () => (await system.states(greet)).every((state) => state === 'completed'));
    expect(begun).toEqual(['under way', 'afterwards']);
    expect(worker.log).toEqual([
      'No jobs are worked on: PostgreSQL cannot be reached. Trying on.',
      'Jobs are worked on again.',
    ]);

    way.cut();
    await others.pop()!.close(); // a shutdown does not wait for it
    await way.close();
  });
});

describe('the metrics', () => {
  it('tell of each job type what waits, is under way, is dead, and what was done', async () => {
    const counted = jobType<Pet>('pets.counted', { retries: 1, backOffSeconds: 1 });
    let finish = () => undefined as void;
    const working = handling(counted, async ({ payload: { name } }) => {
      if (name === 'fails') throw new Error('failed');
      if (name === 'holds') await new Promise<void>((resolve) => (finish = resolve));
    });
    await start({ jobTypes: [counted], providers: [working] });
    await system.queue.enqueueAlone(counted, { name: 'fails' });
    await until(async () => {
      await system.makeDue();
      return (await system.deadLetters.list(counted)).length === 1;
    });
    await system.queue.enqueueAlone(counted, { name: 'done' });
    await system.queue.enqueueAlone(counted, { name: 'holds' });
    await system.queue.enqueueAlone(counted, { name: 'later' }, { afterSeconds: 60 });
    await until(async () => (await system.states(counted)).sort().join() === 'active,completed,created,failed');

    const text = await register.metrics();
    const valueOf = (name: string) =>
      new RegExp(`^portcullis_queue_${name}\\{type="pets.counted"\\} (\\S+)$`, 'm').exec(text)?.[1];
    const figures = { waiting: '1', active: '1', dead: '1', enqueued_total: '4', completed_total: '1' };
    const ofFailures = { retried_total: '1', failed_total: '1' };
    const ofTimes = { attempt_duration_seconds_count: '3', delay_seconds_count: '4' };
    for (const [name, value] of Object.entries({ ...figures, ...ofFailures, ...ofTimes }))
      expect([name, valueOf(name)]).toEqual([name, value]);
    finish();
  });
});

describe('the tables of the queue', () => {
  const options = async (): Promise<DatabaseOptions> => ({
    url: await createTestDatabase(),
    directUrl: null,
    dataDir: 'unused',
    poolSize: 2,
    migrateAtStart: true,
    entities: [],
    migrations: [...migrations, ...queueMigrations],
  });

  it('come by migration, disturb no other table, and can be taken back', async () => {
    await start();
    expect(await schemaDrift(system.database)).toEqual([]);
    for (let left = migrations.length + queueMigrations.length; left > 0; left--)
      await system.database.undoLastMigration();
    const tables = await system.database.rows(
      `select schemaname || '.' || tablename as name from pg_tables where schemaname in ('public', 'portcullis_queue')`,
    );
    expect(tables).toEqual([{ name: 'public.portcullis_migrations' }]);
  });

  it('are made by `npm run migrate` where nothing is migrated at start', async () => {
    await start();
    const forMigrate = await options();
    const forServer = { ...forMigrate, migrateAtStart: false };
    await expect(openDatabase(forServer)).rejects.toThrow(/lacks .*Queue1795305600000/);
    await (await openDatabase(forMigrate)).close();
    await (await openDatabase(forServer)).close();
    await startAnother({ url: forServer.url! });
    expect(await others[0]!.database.row('select count(*)::int as queues from portcullis_queue.queue')).toEqual({
      queues: 2,
    });
  });

  it('are made once by several processes that start at once', async () => {
    const migrated = await options();
    await (await openDatabase(migrated)).close();
    const jobTypes = Array.from({ length: 8 }, (_, index) => jobType(`type-${index}`));
    const orders = [jobTypes, [...jobTypes].reverse(), jobTypes.slice(4), jobTypes.slice(0, 4)];
    const starting = orders.map((order) => QueueSystem.start({ url: migrated.url!, jobTypes: order, providers: [] }));
    others = await Promise.all(starting);
    system = others.pop()!;
    expect(await system.database.row('select count(*)::int as queues from portcullis_queue.queue')).toEqual({
      queues: 16,
    });
  });

  it('give the oldest due jobs without sorting all that wait', async () => {
    await start({ works: false });
    await system.database.execute(
      `insert into portcullis_queue.job (name, policy, singleton_key) select $1, 'short', n from generate_series(1, 5000) n`,
      [greet.name],
    );
    await system.database.execute('analyze portcullis_queue.job');
    const plan = await system.database.rows(
      `explain select id from portcullis_queue.job where name = $1 and state < 'active' and start_after < now()
       order by created_on, id limit 5 for update skip locked`,
      [greet.name],
    );
    expect(JSON.stringify(plan)).toContain('Index Scan');
    expect(JSON.stringify(plan)).not.toContain('Sort');
  });

  it('are missed with a sentence', async () => {
    await start();
    await system.database.execute('drop schema portcullis_queue cascade');
    await expect(startAnother()).rejects.toThrow(QueueSchemaMissing);
  });
});

describe(QueueModule.name, () => {
  @Injectable({ scope: Scope.REQUEST })
  class Fleeting {
    @Handles(greet)
    greet(): Promise<void> {
      return Promise.resolve();
    }
  }

  it.each<[string, Provider[], JobType[], RegExp]>([
    ['two handlers of a type', [greeting, handling(greet, () => undefined)], [greet], /second handler of "pets.greet"/],
    ['a handler of a type that was not listed', [greeting], [], /"pets.greet", which is not among the jobTypes/],
    ['a handler of a request', [Fleeting], [greet], /Fleeting.greet handles jobs, .* must not be request-scoped/],
  ])('refuses %s', async (_, providers, jobTypes, reason) => {
    await start({ works: false });
    await expect(QueueSystem.start({ url: system.url, providers, jobTypes })).rejects.toThrow(reason);
  });

  it('knows a provider under two tokens as one', async () => {
    await start({ providers: [greeting, { provide: 'again', useExisting: greeting as new () => object }] });
    await system.queue.enqueueAlone(greet, { name: 'Ada' });
    await until(() => names().includes('Ada'));
  });
});
