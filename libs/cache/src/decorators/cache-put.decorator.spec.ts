import { Injectable, Logger } from '@nestjs/common';
import { Writes } from '#coherence';
import { CacheEvict } from './cache-evict.decorator.js';
import { CachePut } from './cache-put.decorator.js';
import { Cached } from './cached.decorator.js';
import { type DecoratedApp, startApp } from './decorated-app.fixture.js';

const ttlSeconds = 60;

@Injectable()
class Tasks {
  titles = new Map<string, string>();
  loads: string[] = [];
  failure: Error | null = null;
  beforeLoad: () => Promise<unknown> = () => Promise.resolve();

  constructor(private readonly writes: Writes) {}

  @Cached({ namespace: 'task', ttlSeconds, scope: 'shared', key: (id: string) => id })
  async find(id: string): Promise<string | undefined> {
    this.loads.push(id);
    if (this.failure) throw this.failure;
    const title = this.titles.get(id);
    await this.beforeLoad();
    return title;
  }

  @Cached({ namespace: 'count', ttlSeconds, scope: 'user', key: () => [] })
  count(): Promise<number> {
    this.loads.push('count');
    return Promise.resolve(this.titles.size);
  }

  @CachePut({ read: 'find', args: (id: string) => [id], allInWrites: true })
  rename(id: string, title: string): Promise<string> {
    return this.writes.commit(() => {
      this.titles.set(id, title);
      return Promise.resolve('not what is kept');
    });
  }

  @CacheEvict({ namespace: 'task', scope: 'shared', key: (id: string) => id })
  @CachePut({ read: 'count', args: () => [] })
  remove(id: string): Promise<boolean> {
    return Promise.resolve(this.titles.delete(id));
  }
}

describe(`@${CachePut.name}`, () => {
  let app: DecoratedApp;
  let tasks: Tasks;

  beforeEach(async () => {
    app = await startApp(Tasks);
    tasks = app.get(Tasks);
  });

  afterEach(() => app.module.close());

  it('leaves the new answer in the cache, made by the read after the commit', async () => {
    await tasks.find('a');
    expect(await tasks.rename('a', 'Feed the cat')).toBe('not what is kept');
    expect(tasks.loads).toEqual(['a', 'a']);
    expect(await tasks.find('a')).toBe('Feed the cat');
    expect(tasks.loads).toEqual(['a', 'a']);
    expect(app.named).toEqual([['cache:task:{shared:a}']]);
  });

  it('does not keep it over a change that comes while it is being made', async () => {
    tasks.beforeLoad = () => {
      tasks.beforeLoad = () => Promise.resolve();
      return tasks.rename('a', 'Feed the dog');
    };
    await tasks.rename('a', 'Feed the cat');
    expect(await tasks.find('a')).toBe('Feed the dog');
  });

  it('reads in the name of the caller', async () => {
    const as = <T>(name: string, work: () => Promise<T>) => app.callers.run(name, work);
    await as('bob', () => tasks.count());
    await as('ana', () => tasks.remove('a'));
    expect([await as('ana', () => tasks.count()), await as('bob', () => tasks.count())]).toEqual([0, 0]);
    expect(tasks.loads).toEqual(['count', 'count']);
  });

  it('fills nothing when the change fails', async () => {
    jest.spyOn(app.writes, 'commit').mockRejectedValueOnce(new Error('rolled back'));
    await expect(tasks.rename('a', 'Feed the cat')).rejects.toThrow('rolled back');
    expect(tasks.loads).toEqual([]);
  });

  it('is done when the change is, whether or not the answer could be made', async () => {
    const debug = jest.spyOn(Logger.prototype, 'debug').mockReturnValue();
    tasks.failure = new Error('connection lost');
    expect(await tasks.rename('a', 'Feed the cat')).toBe('not what is kept');
    expect(debug).toHaveBeenCalledWith({ err: tasks.failure }, 'Tasks.rename leaves a copy cold');
    tasks.failure = null;
    expect(await tasks.find('a')).toBe('Feed the cat');
  });
});

describe('types', () => {
  it('refuse what would go wrong', () => {
    class Typed {
      @Cached({ namespace: 'a', ttlSeconds, scope: 'shared', key: (id: string) => id })
      find(id: string): Promise<string> {
        return Promise.resolve(id);
      }

      // @ts-expect-error there is no such method
      @CachePut({ read: 'get', args: (id: string) => [id] })
      one(_id: string): Promise<void> {
        return Promise.resolve();
      }

      // @ts-expect-error the method that reads takes a string
      @CachePut({ read: 'find', args: (id: number) => [id] })
      two(_id: number): Promise<void> {
        return Promise.resolve();
      }

      // @ts-expect-error the builder takes a number, the method a string
      @CachePut({ read: 'find', args: (id: number) => [String(id)] })
      three(_id: string): Promise<void> {
        return Promise.resolve();
      }

      @CachePut({ read: 'find', args: (_title: string, id: number) => [String(id)] })
      right(_title: string, _id: number): Promise<void> {
        return Promise.resolve();
      }
    }
    expect(Object.keys(Object.getOwnPropertyDescriptors(Typed.prototype))).toHaveLength(6);
  });
});
