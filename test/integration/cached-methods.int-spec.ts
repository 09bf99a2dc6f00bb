import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, Get, Injectable, Module, Param, Patch, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional, IsString } from 'class-validator';
import pg from 'pg';
import { AuthModule, CurrentSession, generateSigningKeySet, Public } from '#auth';
import {
  CacheDecoratorsModule,
  Cached,
  CacheEvict,
  CacheModule,
  CachePut,
  CacheService,
  CallerContext,
  keyOf,
  NoCaller,
  UnusableCacheDecorators,
} from '#cache';
import {
  CoherenceModule,
  type CoherenceOptions,
  FenceEntity,
  InvalidationEntity,
  RedisTrust,
  Writes,
} from '#coherence';
import { Database, DatabaseModule, migrations, newId } from '#database';
import { createFastifyAdapter } from '#http';
import { Profile, ProfileLifecycle, ProfileModule } from '#profile';
import { RedisModule } from '#redis';
import { type LiveSession, SessionEntity, SessionsModule } from '#sessions';
import { createTestDatabase, RedisUnderTest } from '#testing';
import { User } from '#users';
import { ApiClient } from '../support/api-client.js';
import { newPerson } from '../support/people.js';
import { PATIENT, redisAt } from '../support/session-system.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

interface Task {
  id: string;
  title: string;
  createdAt: Date;
}

interface TaskPage {
  tasks: Task[];
  total: number;
  cached?: boolean;
}

class TaskFilter {
  @IsOptional()
  @IsString()
  title?: string;
}

class NewTask {
  @IsString()
  title: string;
}

/** The tasks of users: lists per caller, single ones for all who know the id. */
@Injectable()
class Tasks {
  loads = 0;

  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly callers: CallerContext,
  ) {}

  @Cached({
    namespace: 'task-lists',
    ttlSeconds: 300,
    scope: 'user',
    key: (filter: TaskFilter) => keyOf({ ...filter }),
    evictedBy: 'all',
    cachedField: true,
  })
  async list({ title }: TaskFilter): Promise<TaskPage> {
    this.loads += 1;
    const tasks = await this.database.rows<Task>(
      `select id, title, created_at from tasks where user_id = $1 and title like '%' || $2 || '%' order by id`,
      [this.callers.callerId, title ?? ''],
    );
    return { tasks, total: tasks.length };
  }

  @Cached({ namespace: 'tasks', ttlSeconds: 300, scope: 'shared', key: (id: string) => id })
  async find(id: string): Promise<Task | null> {
    this.loads += 1;
    return this.database.row<Task>('select id, title, created_at from tasks where id = $1', [id]);
  }

  @CacheEvict({ namespace: 'task-lists', scope: 'user', all: true, allInWrites: true })
  async create(userId: string, title: string): Promise<string> {
    const id = newId();
    await this.writes.commit((tx) =>
      tx.execute('insert into tasks (id, user_id, title, created_at) values ($1, $2, $3, now())', [id, userId, title]),
    );
    return id;
  }

  @CacheEvict({ namespace: 'task-lists', scope: 'user', all: true, allInWrites: true })
  @CachePut({ read: 'find', args: (id: string) => [id], allInWrites: true })
  async rename(id: string, title: string, failure?: Error): Promise<void> {
    await this.writes.commit(async (tx) => {
      await tx.execute('update tasks set title = $2 where id = $1', [id, title]);
      if (failure) throw failure;
    });
  }

  /** By a statement of its own, as code that knows nothing of `Writes` would. */
  @CacheEvict({ namespace: 'task-lists', scope: 'user', all: true })
  @CacheEvict({ namespace: 'tasks', scope: 'shared', key: (id: string) => id })
  async remove(id: string): Promise<void> {
    await this.database.execute('delete from tasks where id = $1', [id]);
  }
}

@Controller('tasks')
class TasksController {
  constructor(private readonly tasks: Tasks) {}

  @Get()
  list(@Query() filter: TaskFilter): Promise<TaskPage> {
    return this.tasks.list(filter);
  }

  @Get('open')
  @Public()
  open(): Promise<TaskPage> {
    return this.tasks.list({});
  }

  @Get(':id')
  async find(@Param('id') id: string): Promise<{ task: Task | null }> {
    return { task: await this.tasks.find(id) };
  }

  @Post()
  async create(@CurrentSession() { user }: LiveSession, @Body() { title }: NewTask): Promise<{ id: string }> {
    return { id: await this.tasks.create(user.id, title) };
  }

  @Patch(':id')
  rename(@Param('id') id: string, @Body() { title }: NewTask): Promise<void> {
    return this.tasks.rename(id, title);
  }

  @Delete(':id')
  remove(@Param('id') id: string): Promise<void> {
    return this.tasks.remove(id);
  }
}

@Module({ controllers: [TasksController], providers: [Tasks] })
class TasksModule {}

const KEYS = generateSigningKeySet('test');
const SECRET_KEYS = [randomBytes(32)];
const SESSIONS = {
  idleSeconds: 3_600,
  absoluteSeconds: 36_000,
  rememberedIdleSeconds: 7_200,
  rememberedAbsoluteSeconds: 72_000,
  refreshGraceSeconds: 20,
  maxPerUser: 50,
  capPolicy: 'end_oldest',
} as const;

interface Place {
  databaseUrl: string;
  /** null = Redis is off. */
  redisUrl: string | null;
  coherence?: CoherenceOptions;
  features?: (new () => object)[];
}

/** A node of an application that has taken the modules into itself. */
class Node {
  readonly tasks = this.app.get(Tasks, { strict: false });
  readonly database = this.app.get(Database);
  readonly callers = this.app.get(CallerContext);
  readonly trust = this.app.get(RedisTrust);

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(place: Place): Promise<Node> {
    const app = await create(place);
    await app.listen(0, '127.0.0.1');
    const node = new Node(app, await app.getUrl());
    if (place.redisUrl !== null) await until(() => node.trust.state === 'trusted');
    return node;
  }

  as<T>(userId: string, work: () => Promise<T>): Promise<T> {
    return this.callers.run(userId, work);
  }

  /** The copies that committed changes have named and that are not yet known to be gone. */
  async owed(): Promise<string[][]> {
    return (await this.database.rows<{ keys: string[] }>('select keys from invalidations')).map(({ keys }) => keys);
  }
}

function create({ databaseUrl, redisUrl, coherence = PATIENT, features = [TasksModule] }: Place) {
  @Module({
    imports: [
      DatabaseModule.forRoot({
        url: databaseUrl,
        directUrl: null,
        dataDir: 'unused',
        poolSize: 10,
        migrateAtStart: true,
        entities: [User, SessionEntity, Profile, FenceEntity, InvalidationEntity],
        migrations,
      }),
      RedisModule.forRoot(redisUrl === null ? null : redisAt(redisUrl)),
      CoherenceModule.forRoot(coherence),
      CacheModule.forRoot({ backend: redisUrl === null ? 'none' : 'redis', maxEntries: 1_000, maxBytes: 1_000_000 }),
      CacheDecoratorsModule,
      SessionsModule.forRoot({
        limits: SESSIONS,
        secretKeys: SECRET_KEYS,
        store: redisUrl === null ? 'postgres' : 'copies',
      }),
      ProfileModule.forRoot({ ttlSeconds: 60 }),
      AuthModule.forRoot({
        signingKeys: KEYS,
        issuer: 'test',
        audience: 'test',
        accessTtlSeconds: 600,
        freshSeconds: 300,
        freshForEnding: false,
        lifecycle: ProfileLifecycle,
      }),
      ...features,
    ],
  })
  class HostModule {}

  return NestFactory.create<NestFastifyApplication>(HostModule, createFastifyAdapter({ trustedProxies: [] }), {
    bodyParser: false,
    abortOnError: false,
    logger: false,
  });
}

let redis: Awaited<ReturnType<typeof RedisUnderTest.plain>>;
let databaseUrl: string;
/** Two with Redis, one without. */
let nodes: Node[];
let node: Node;
let other: Node;
let withoutRedis: Node;

beforeAll(async () => {
  redis = await RedisUnderTest.plain();
  databaseUrl = await createTestDatabase();
  node = await Node.start({ databaseUrl, redisUrl: redis.url });
  await node.database.execute(
    'create table tasks (id uuid primary key, user_id uuid not null, title text not null, created_at timestamptz not null)',
  );
  other = await Node.start({ databaseUrl, redisUrl: redis.url });
  withoutRedis = await Node.start({ databaseUrl, redisUrl: null });
  nodes = [node, other, withoutRedis];
});

afterAll(async () => {
  for (const each of nodes) await each.app.close();
  await redis.stop();
});

const titles = ({ tasks }: TaskPage) => tasks.map(({ title }) => title);
/** What the user's list is, from the cache or not, on that node. */
const listOf = async (userId: string, on = node) => titles(await on.as(userId, () => on.tasks.list({})));
const isKept = async (userId: string, on = node) => (await on.as(userId, () => on.tasks.list({}))).cached;
const newTask = (userId: string, title: string) => node.as(userId, () => node.tasks.create(userId, title));

describe('a list per user over HTTP', () => {
  const client = new ApiClient(() => [node.url, other.url]);
  const on = (each: Node) => new ApiClient(() => [each.url]);

  it('is nobody else’s, however many ask at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => newPerson(client)));
    await Promise.all(
      people.map(({ accessToken: token, user }) =>
        client.call('POST', '/tasks', { token, body: { title: `of ${user.id}` } }),
      ),
    );
    const asked = Array.from({ length: 100 }, (_, index) => people[index % people.length]!);
    const answers = await Promise.all(
      asked.map(({ accessToken: token }) => client.call<TaskPage>('GET', '/tasks', { token })),
    );
    expect(answers.map(({ body }) => titles(body))).toEqual(asked.map(({ user }) => [`of ${user.id}`]));
    expect(answers.filter(({ body }) => body.cached).length).toBeGreaterThan(50);
    expect(client.failures).toEqual([]);
  });

  it('says how it was served, by filter, until the user changes something', async () => {
    const { accessToken: token } = await newPerson(client);
    const read = async (query = '', each = node) => {
      const { headers, body } = await on(each).call<TaskPage>('GET', `/tasks${query}`, { token });
      return [headers.get('cache-status'), body.cached, titles(body)];
    };
    const miss = 'portcullis; fwd=miss';
    const hit = 'portcullis; hit; detail=L2';
    await client.call('POST', '/tasks', { token, body: { title: 'Feed the cat' } });
    expect(await read()).toEqual([miss, false, ['Feed the cat']]);
    expect(await read()).toEqual([hit, true, ['Feed the cat']]);
    expect(await read('', other)).toEqual([hit, true, ['Feed the cat']]);
    expect(await read('?title=dog')).toEqual([miss, false, []]);
    expect(await read('', withoutRedis)).toEqual(['portcullis; fwd=bypass', false, ['Feed the cat']]);

    await on(withoutRedis).call('POST', '/tasks', { token, body: { title: 'Feed the dog' } });
    expect(await read('?title=dog')).toEqual([miss, false, ['Feed the dog']]);
    expect(await read('', other)).toEqual([miss, false, ['Feed the cat', 'Feed the dog']]);
    expect(await read('?title=dog', other)).toEqual([hit, true, ['Feed the dog']]);
  });

  it('is refused on a route without a caller, and loads nothing', async () => {
    const { loads } = node.tasks;
    const { status, headers } = await on(node).call('GET', '/tasks/open');
    expect([status, headers.get('cache-status')]).toEqual([500, null]);
    await expect(node.tasks.list({})).rejects.toThrow(NoCaller);
    await expect(node.tasks.create(newId(), 'of nobody')).rejects.toThrow(NoCaller);
    expect(node.tasks.loads).toBe(loads);
    expect(await node.database.rows(`select 1 from tasks where title = 'of nobody'`)).toEqual([]);
  });

  it('keeps the types of what it holds', async () => {
    const userId = newId();
    const id = await newTask(userId, 'Feed the cat');
    await listOf(userId);
    const { tasks, cached } = await node.as(userId, () => node.tasks.list({}));
    expect(cached).toBe(true);
    expect(tasks).toMatchObject([{ id, title: 'Feed the cat' }]);
    expect(tasks[0]!.createdAt.getTime()).toBeLessThanOrEqual(Date.now());
  });
});

describe('a change', () => {
  const userId = newId();
  const stranger = newId();
  let id: string;

  beforeEach(async () => {
    id = await newTask(userId, 'old');
    await Promise.all([listOf(userId), listOf(stranger), node.tasks.find(id)]);
    expect(await isKept(userId)).toBe(true);
    expect(await isKept(stranger)).toBe(true);
  });

  afterEach(async () => {
    await node.as(userId, () => node.tasks.remove(id));
    expect(await node.owed()).toEqual([]);
  });

  it.each([
    ['with Redis', () => other],
    ['without Redis', () => withoutRedis],
  ])('is seen by all nodes when the one that makes it is %s', async (_, on) => {
    await on().as(userId, () => on().tasks.rename(id, 'new'));
    for (const each of nodes) {
      expect(await listOf(userId, each)).toEqual(['new']);
      expect((await each.tasks.find(id))?.title).toBe('new');
    }
    expect(await isKept(stranger)).toBe(true);
  });

  it.each([
    ['with Redis', () => other],
    ['without Redis', () => withoutRedis],
  ])('by other means is seen by all nodes when the one that makes it is %s', async (_, on) => {
    await on().as(userId, () => on().tasks.remove(id));
    for (const each of nodes) {
      expect(await listOf(userId, each)).toEqual([]);
      expect(await each.tasks.find(id)).toBeNull();
    }
  });

  it('leaves the answer of the paired method warm, and new', async () => {
    await node.as(userId, () => node.tasks.rename(id, 'new'));
    const { loads } = other.tasks;
    expect((await other.tasks.find(id))?.title).toBe('new');
    expect(other.tasks.loads).toBe(loads);
  });

  it('that is rolled back throws, and removes nothing', async () => {
    const failure = new Error('rolled back');
    await expect(node.as(userId, () => node.tasks.rename(id, 'new', failure))).rejects.toBe(failure);
    expect(await node.owed()).toEqual([]);
    const { loads } = node.tasks;
    expect([await listOf(userId), (await node.tasks.find(id))?.title]).toEqual([['old'], 'old']);
    expect(node.tasks.loads).toBe(loads);
  });

  it('writes what it makes wrong into the outbox, in its own transaction', async () => {
    await node.database.execute(`create table written as select *, '0'::xid8 as xid from invalidations`);
    await node.database.execute('alter table tasks add xid xid8');
    await node.database.execute(`
      create function note() returns trigger language plpgsql as $$ begin
        insert into written select new.*, pg_current_xact_id(); return new;
      end $$`);
    await node.database.execute(
      'create trigger note after insert on invalidations for each row execute function note()',
    );
    await node.database.execute(`
      create function mark() returns trigger language plpgsql as $$ begin
        new.xid = pg_current_xact_id(); return new;
      end $$`);
    await node.database.execute('create trigger mark before update on tasks for each row execute function mark()');

    await node.as(userId, () => node.tasks.rename(id, 'new'));
    const noted = await node.database.rows<{ keys: string[]; same: boolean }>(
      'select keys, written.xid = tasks.xid as same from written, tasks where tasks.id = $1',
      [id],
    );
    expect(noted).toEqual([
      { keys: [`cache:tasks:{shared:${id}}`, `cache:task-lists-generation:{user:${userId}}`], same: true },
    ]);
    await node.database.execute('drop function note, mark cascade');
    await node.database.execute('drop table written');
  });

  it('is carried out by others when its node comes no further than the commit', async () => {
    const blocker = new pg.Client(databaseUrl);
    await blocker.connect();
    try {
      await blocker.query('begin');
      await blocker.query('lock table fence in access exclusive mode'); // so nobody learns which copies to remove
      const change = node.as(userId, () => node.tasks.rename(id, 'new'));
      await expect(change).rejects.toMatchObject({ code: 'database.unavailable' });
      expect(await node.owed()).toEqual([
        [`cache:tasks:{shared:${id}}`, `cache:task-lists-generation:{user:${userId}}`],
      ]);
    } finally {
      await blocker.end(); // and the transaction with it
    }

    await until(async () => (await node.owed()).length === 0);
    for (const each of nodes) expect(await listOf(userId, each)).toEqual(['new']);
    await Promise.all([node, other].map((each) => until(() => each.trust.state === 'trusted')));
  });
});

describe('the start', () => {
  it('fails without a scope, and says where', async () => {
    @Injectable()
    class Careless {
      // @ts-expect-error there is no scope
      @Cached({ namespace: 'careless', ttlSeconds: 60, key: () => [] })
      read(): Promise<string> {
        return Promise.resolve('');
      }
    }
    @Module({ providers: [Careless] })
    class CarelessModule {}

    const app = await create({ databaseUrl, redisUrl: null, features: [CarelessModule] });
    const start = app.listen(0, '127.0.0.1');
    await expect(start).rejects.toThrow(UnusableCacheDecorators);
    await expect(start).rejects.toThrow(/Careless\.read: @Cached needs a scope/);
    await app.close();
  });

  it('gives the namespaces of decorators to nobody with another TTL', () => {
    expect(() => node.app.get(CacheService).namespace('tasks', { ttlSeconds: 10 })).toThrow(RangeError);
  });
});
