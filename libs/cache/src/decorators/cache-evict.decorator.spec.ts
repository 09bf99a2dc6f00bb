import { Injectable } from '@nestjs/common';
import { Writes } from '#coherence';
import { NoCaller } from './cache-decorators.errors.js';
import { CacheEvict } from './cache-evict.decorator.js';
import { Cached } from './cached.decorator.js';
import { type DecoratedApp, startApp } from './decorated-app.fixture.js';

const ttlSeconds = 60;

@Injectable()
class Tasks {
  calls = 0;
  changes = 0;

  constructor(private readonly writes: Writes) {}

  @Cached({ namespace: 'task', ttlSeconds, scope: 'shared', key: (id: string) => id })
  find(id: string): Promise<string> {
    return Promise.resolve(`${id} ${++this.calls}`);
  }

  @Cached({ namespace: 'mine', ttlSeconds, scope: 'user', key: () => [] })
  mine(): Promise<number> {
    return Promise.resolve(++this.calls);
  }

  @Cached({ namespace: 'pages', ttlSeconds, scope: 'shared', key: (page: number) => [page], evictedBy: 'all' })
  page(page: number): Promise<string> {
    return Promise.resolve(`${page} ${++this.calls}`);
  }

  @Cached({ namespace: 'my-pages', ttlSeconds, scope: 'user', key: (page: number) => [page], evictedBy: 'all' })
  myPage(page: number): Promise<string> {
    return Promise.resolve(`${page} ${++this.calls}`);
  }

  @CacheEvict({ namespace: 'task', scope: 'shared', key: (id: string) => id })
  change(_id: string, change: () => Promise<unknown>): Promise<unknown> {
    return change();
  }

  @CacheEvict({ namespace: 'task', scope: 'shared', key: (id: string) => id, allInWrites: true })
  changeInWrites(_id: string, change: () => Promise<unknown>): Promise<unknown> {
    return change();
  }

  @CacheEvict({ namespace: 'mine', scope: 'user', key: () => [] })
  changeMine(): Promise<void> {
    this.changes += 1;
    return Promise.resolve();
  }

  @CacheEvict({ namespace: 'pages', scope: 'shared', all: true })
  @CacheEvict({ namespace: 'my-pages', scope: 'user', all: true })
  @CacheEvict({ namespace: 'task', scope: 'shared', key: (id: string) => id })
  changeAll(_id: string): Promise<void> {
    return Promise.resolve();
  }

  commit(): Promise<void> {
    return this.writes.commit(() => Promise.resolve());
  }

  rollBack(): Promise<void> {
    return this.writes.commit(() => Promise.reject(new Error('rolled back')));
  }
}

const A = 'cache:task:{shared:a}';

describe(`@${CacheEvict.name}`, () => {
  let app: DecoratedApp;
  let tasks: Tasks;
  const nothing = () => Promise.resolve();
  const as = <T>(name: string, work: () => Promise<T>) => app.callers.run(name, work);

  beforeEach(async () => {
    app = await startApp(Tasks);
    tasks = app.get(Tasks);
  });

  afterEach(() => app.module.close());

  it('removes the answer that the key names, and no other', async () => {
    await tasks.find('a');
    await tasks.find('b');
    await tasks.change('a', nothing);
    expect([await tasks.find('a'), await tasks.find('b')]).toEqual(['a 3', 'b 2']);
  });

  it('answers what the method answers', async () => {
    expect(await tasks.change('a', () => Promise.resolve('done'))).toBe('done');
  });

  it('removes an answer that is made while the change is being made', async () => {
    await tasks.change('a', () => tasks.find('a'));
    expect(await tasks.find('a')).toBe('a 2');
  });

  it('removes the answers of the caller, and of nobody else', async () => {
    await as('ana', () => tasks.mine());
    await as('bob', () => tasks.mine());
    await as('ana', () => tasks.changeMine());
    expect(tasks.changes).toBe(1);
    expect([await as('ana', () => tasks.mine()), await as('bob', () => tasks.mine())]).toEqual([3, 2]);
  });

  it('rejects without a caller, before the method is called', async () => {
    await expect(tasks.changeMine()).rejects.toThrow(NoCaller);
    expect(tasks.changes).toBe(0);
    expect(app.named).toEqual([]);
  });

  it('removes all answers of a method, and all of one caller', async () => {
    const read = async () => [await tasks.page(1), await tasks.page(2), await tasks.myPage(1), await tasks.myPage(2)];
    await as('ana', read);
    await as('bob', read);
    expect(tasks.calls).toBe(6);
    await as('ana', () => tasks.changeAll('a'));
    expect(await as('ana', read)).toEqual(['1 7', '2 8', '1 9', '2 10']);
    expect(await as('bob', read)).toEqual(['1 7', '2 8', '1 5', '2 6']);
  });

  it('makes one change of all that is said of a method', async () => {
    await as('ana', () => tasks.changeAll('a'));
    expect(app.named).toEqual([[A, 'cache:my-pages-generation:{user:ana}', 'cache:pages-generation:{shared}']]);
  });

  describe('with changes through Writes', () => {
    it('names the answers in the commit of the change', async () => {
      await tasks.changeInWrites('a', () => tasks.commit());
      expect(app.named).toEqual([[A]]);
    });

    it('names them in every commit, also in one that is not awaited', async () => {
      let late!: Promise<void>;
      await tasks.changeInWrites('a', async () => {
        await tasks.commit();
        late = Promise.resolve().then(() => tasks.commit());
      });
      await late;
      expect(app.named).toEqual([[A], [A]]);
    });

    it('names beside them what the commit itself names', async () => {
      const own = 'own' as never;
      await tasks.changeInWrites('a', () =>
        app.writes.commit((_, invalidate) => {
          invalidate(own);
          return Promise.resolve();
        }),
      );
      expect(app.named).toEqual([[A, own]]);
    });

    it('names those of the methods around it, too', async () => {
      await tasks.changeInWrites('a', () => tasks.changeInWrites('b', () => tasks.commit()));
      expect(app.named).toEqual([[A, 'cache:task:{shared:b}']]);
    });

    it('names nothing in commits before and after', async () => {
      await tasks.commit();
      await tasks.changeInWrites('a', () => tasks.commit());
      await tasks.commit();
      expect(app.named).toEqual([[A]]);
    });

    it('removes once more what a change by other means, after the commit, makes wrong', async () => {
      await tasks.change('a', async () => {
        await tasks.commit();
        await tasks.find('a');
      });
      expect(app.named).toEqual([[A], [A]]);
      expect(await tasks.find('a')).toBe('a 2');
    });

    it.each(['change', 'changeInWrites'] as const)(
      '%s removes by a commit of its own when there was none',
      async (change) => {
        await tasks.find('a');
        await tasks[change]('a', nothing);
        expect(app.named).toEqual([[A]]);
        expect(await tasks.find('a')).toBe('a 2');
      },
    );

    it('removes by a commit of its own when all that were begun have failed', async () => {
      await tasks.changeInWrites('a', () => tasks.rollBack().catch(nothing));
      expect(app.named).toEqual([[A]]);
    });
  });

  describe('when the method throws', () => {
    it('throws the same, and removes nothing more', async () => {
      const failure = new Error('not found');
      await tasks.find('a');
      await expect(tasks.change('a', () => Promise.reject(failure))).rejects.toBe(failure);
      expect(app.named).toEqual([]);
      expect(await tasks.find('a')).toBe('a 1');
    });

    it('has removed what was committed until then', async () => {
      await tasks.find('a');
      const change = tasks.change('a', async () => {
        await tasks.commit();
        throw new Error('too late');
      });
      await expect(change).rejects.toThrow('too late');
      expect(app.named).toEqual([[A]]);
      expect(await tasks.find('a')).toBe('a 2');
    });
  });

  it('rejects when the answers could not be removed', async () => {
    const failure = new Error('PostgreSQL is gone');
    app.failToRemove(failure);
    await expect(tasks.change('a', nothing)).rejects.toBe(failure);
    await expect(tasks.changeInWrites('a', () => tasks.commit().catch(nothing))).rejects.toBe(failure);
  });
});

describe('types', () => {
  it('refuse what would go wrong', () => {
    class Typed {
      // @ts-expect-error the builder takes a number, the method a string
      @CacheEvict({ namespace: 'a', scope: 'shared', key: (id: number) => [id] })
      one(_id: string): Promise<void> {
        return Promise.resolve();
      }

      // @ts-expect-error there is no scope
      @CacheEvict({ namespace: 'a', key: (id: string) => [id] })
      two(_id: string): Promise<void> {
        return Promise.resolve();
      }

      // @ts-expect-error neither a key nor all
      @CacheEvict({ namespace: 'a', scope: 'user' })
      three(_id: string): Promise<void> {
        return Promise.resolve();
      }

      // @ts-expect-error both a key and all
      @CacheEvict({ namespace: 'a', scope: 'user', key: (id: string) => [id], all: true })
      four(_id: string): Promise<void> {
        return Promise.resolve();
      }

      // @ts-expect-error who cannot wait for the change cannot tell when the answers are gone
      @CacheEvict({ namespace: 'a', scope: 'user', all: true })
      five(_id: string): void {}
    }
    expect(Object.keys(Object.getOwnPropertyDescriptors(Typed.prototype))).toHaveLength(6);
  });
});
