import { Injectable, SetMetadata } from '@nestjs/common';
import { CacheNotReady, NoCaller } from './cache-decorators.errors.js';
import { Cached } from './cached.decorator.js';
import { type DecoratedApp, startApp } from './decorated-app.fixture.js';
import { keyOf } from './key-of.js';

interface Filter {
  species?: string;
  limit: number;
}

interface Page {
  names: string[];
  total: number;
  cached?: boolean;
}

/** Who asks, and how often the methods themselves were called. */
@Injectable()
class Pets {
  calls = 0;
  failure: Error | null = null;
  held: Promise<void> | null = null;

  @Cached({ namespace: 'pets', ttlSeconds: 60, scope: 'shared', key: (filter: Filter) => keyOf(filter) })
  async list(filter: Filter, _now?: Date): Promise<string[]> {
    this.calls += 1;
    await this.held;
    if (this.failure) throw this.failure;
    return [`${filter.species} ${this.calls}`];
  }

  @Cached({ namespace: 'pages', ttlSeconds: 60, scope: 'shared', key: keyOf, cachedField: true })
  page(_filter: Filter): Promise<Page> {
    this.calls += 1;
    return Promise.resolve({ names: ['Tom'], total: this.calls });
  }

  // @ts-expect-error a list has no fields
  @Cached({ namespace: 'lists', ttlSeconds: 60, scope: 'shared', key: () => 'all', cachedField: true })
  names(): Promise<string[]> {
    return Promise.resolve(['Tom']);
  }

  @Cached({ namespace: 'mine', ttlSeconds: 60, scope: 'user', key: (...parts: string[]) => parts })
  mine(..._parts: string[]): Promise<number> {
    this.calls += 1;
    return Promise.resolve(this.calls);
  }

  @Cached({ namespace: 'summary', ttlSeconds: 60, scope: 'shared', key: () => [] })
  summary(): Promise<number> {
    this.calls += 1;
    return this.mine();
  }

  @Cached({ namespace: 'maybe', ttlSeconds: 60, scope: 'shared', key: (id: string) => id })
  maybe(_id: string): Promise<null> {
    this.calls += 1;
    return Promise.resolve(null);
  }
}

let app: DecoratedApp;
let pets: Pets;

beforeEach(async () => {
  app = await startApp(Pets);
  pets = app.get(Pets);
});

afterEach(() => app.module.close());

describe(`@${Cached.name}`, () => {
  it('calls the method once for the same key', async () => {
    const cat = { species: 'cat', limit: 10 };
    expect([await pets.list(cat), await pets.list({ limit: 10, species: 'cat' }, new Date())]).toEqual([
      ['cat 1'],
      ['cat 1'],
    ]);
    expect(await pets.list({ ...cat, limit: 20 })).toEqual(['cat 2']);
  });

  it('keeps null, too', async () => {
    expect([await pets.maybe('a'), await pets.maybe('a'), pets.calls]).toEqual([null, null, 1]);
  });

  it('gives every caller a copy of its own', async () => {
    (await pets.list({ limit: 1 })).push('changed');
    expect(await pets.list({ limit: 1 })).toEqual(['undefined 1']);
  });

  it('throws what the method throws, and keeps nothing of it', async () => {
    pets.failure = new Error('connection lost');
    await expect(pets.list({ limit: 1 })).rejects.toBe(pets.failure);
    pets.failure = null;
    expect(await pets.list({ limit: 1 })).toEqual(['undefined 2']);
  });

  it('lets calls at the same time share one call of the method', async () => {
    let release!: () => void;
    pets.held = new Promise((resolve) => (release = resolve));
    const answers = [1, 2, 3].map(() => pets.list({ limit: 1 }));
    release();
    expect(await Promise.all(answers)).toEqual([['undefined 1'], ['undefined 1'], ['undefined 1']]);
  });

  it('adds to the answer whether it was kept, not to what is kept', async () => {
    expect(await pets.page({ limit: 1 })).toEqual({ names: ['Tom'], total: 1, cached: false });
    expect(await pets.page({ limit: 1 })).toEqual({ names: ['Tom'], total: 1, cached: true });
  });

  it('refuses to add a field to what is no object', async () => {
    await expect(pets.names()).rejects.toThrow(
      'Pets.names has a cachedField, so it answers with an object, not with an object of Array.',
    );
  });

  it('refuses a key that is none, before the method is called', async () => {
    await expect(pets.maybe({ id: 'a' } as never)).rejects.toThrow('A key is a string or a list of parts');
    expect(pets.calls).toBe(0);
  });
});

describe(`@${Cached.name} for a user`, () => {
  const as = <T>(name: string, work: () => Promise<T>) => app.callers.run(name, work);

  it('keeps an answer for each caller', async () => {
    expect(await as('ana', () => pets.mine())).toBe(1);
    expect(await as('bob', () => pets.mine())).toBe(2);
    expect(await as('ana', () => pets.mine())).toBe(1);
  });

  it('never takes an argument for a caller', async () => {
    expect(await as('ana', () => pets.mine('bob'))).toBe(1);
    expect(await as('bob', () => pets.mine('ana'))).toBe(2);
    expect(await as('ana:bob', () => pets.mine())).toBe(3);
    expect(await as('ana', () => pets.mine('bob', ''))).toBe(4);
  });

  it('keeps callers apart whose calls are under way at the same time', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const first = await Promise.all(names.map((name) => as(name, () => pets.mine())));
    const again = await Promise.all(names.toReversed().map((name) => as(name, () => pets.mine())));
    expect(new Set(first).size).toBe(20);
    expect(again.toReversed()).toEqual(first);
  });

  it('rejects without a caller, and asks neither the cache nor the method', async () => {
    await as('ana', () => pets.mine());
    await expect(pets.mine()).rejects.toThrow(NoCaller);
    await expect(pets.mine()).rejects.toThrow(/^Pets\.mine is cached per user, and there is no caller\./);
    await expect(pets.mine()).rejects.toMatchObject({ code: 'cache.no_caller' });
    expect(pets.calls).toBe(1);
  });

  it('keeps what is a caller’s out of what is shared', async () => {
    await expect(as('ana', () => pets.summary())).rejects.toThrow(NoCaller);
    expect(await as('ana', () => pets.mine())).toBe(2);
  });
});

describe(`a method under @${Cached.name}`, () => {
  it('keeps its name, its length and what other decorators say of it, above and below', () => {
    class Documented {
      @SetMetadata('above', 1)
      @Cached({ namespace: 'documented', ttlSeconds: 60, scope: 'shared', key: (id: string) => id })
      @SetMetadata('below', 2)
      read(id: string): Promise<string> {
        return Promise.resolve(id);
      }
    }
    const read = Object.getOwnPropertyDescriptor(Documented.prototype, 'read')!.value as () => unknown;
    expect([read.name, read.length]).toEqual(['read', 1]);
    expect([Reflect.getMetadata('above', read), Reflect.getMetadata('below', read)]).toEqual([1, 2]);
  });

  it('does not work on an instance that no application has made ready', async () => {
    await expect(new Pets().maybe('a')).rejects.toThrow(CacheNotReady);
    await expect(new Pets().maybe('a')).rejects.toThrow(/^Pets\.maybe was called on an instance that has no cache/);
  });

  it('does not work without its instance', async () => {
    const maybe: (id: string) => Promise<null> = Reflect.get(pets, 'maybe');
    await expect(maybe('a')).rejects.toThrow(CacheNotReady);
  });

  it('works in subclasses, and by super', async () => {
    @Injectable()
    class Cats extends Pets {
      override async list(filter: Filter): Promise<string[]> {
        return [...(await super.list({ ...filter, species: 'cat' })), 'and more'];
      }
    }
    const other = await startApp(Cats);
    const cats = other.get(Cats);
    expect([await cats.list({ limit: 1 }), await cats.list({ limit: 1 }), cats.calls]).toEqual([
      ['cat 1', 'and more'],
      ['cat 1', 'and more'],
      1,
    ]);
    await other.module.close();
  });

  it('has the cache of its own application, where there are several', async () => {
    const other = await startApp(Pets);
    await pets.maybe('a');
    await other.get(Pets).maybe('a');
    expect([pets.calls, other.get(Pets).calls]).toEqual([1, 1]);
    await other.module.close();
  });
});

describe('types', () => {
  const ttlSeconds = 60;

  it('refuse what would go wrong', () => {
    class Typed {
      // @ts-expect-error the builder takes a number, the method a string
      @Cached({ namespace: 'a', ttlSeconds, scope: 'shared', key: (id: number) => [id] })
      one(id: string): Promise<string> {
        return Promise.resolve(id);
      }

      // @ts-expect-error the builder takes more than the method
      @Cached({ namespace: 'b', ttlSeconds, scope: 'shared', key: (id: string, page: number) => [id, page] })
      two(id: string): Promise<string> {
        return Promise.resolve(id);
      }

      // @ts-expect-error there is no scope
      @Cached({ namespace: 'c', ttlSeconds, key: (id: string) => [id] })
      three(id: string): Promise<string> {
        return Promise.resolve(id);
      }

      // @ts-expect-error a part of a key is no object
      @Cached({ namespace: 'd', ttlSeconds, scope: 'shared', key: (filter: Filter) => [filter] })
      four(filter: Filter): Promise<string> {
        return Promise.resolve(String(filter.limit));
      }

      // @ts-expect-error the method does not answer with a promise
      @Cached({ namespace: 'e', ttlSeconds, scope: 'shared', key: (id: string) => [id] })
      five(id: string): string {
        return id;
      }

      // @ts-expect-error the answer is no object
      @Cached({ namespace: 'f', ttlSeconds, scope: 'shared', key: (id: string) => [id], cachedField: true })
      six(id: string): Promise<string> {
        return Promise.resolve(id);
      }

      // @ts-expect-error the answer does not say that it has the field
      @Cached({ namespace: 'g', ttlSeconds, scope: 'shared', key: (id: string) => [id], cachedField: true })
      seven(id: string): Promise<{ id: string }> {
        return Promise.resolve({ id });
      }

      // @ts-expect-error the answer may be null
      @Cached({ namespace: 'h', ttlSeconds, scope: 'shared', key: (id: string) => [id], cachedField: true })
      eight(_id: string): Promise<Page | null> {
        return Promise.resolve(null);
      }

      // @ts-expect-error a list has no fields
      @Cached({ namespace: 'i', ttlSeconds, scope: 'shared', key: (id: string) => [id], cachedField: true })
      nine(id: string): Promise<string[]> {
        return Promise.resolve([id]);
      }

      // @ts-expect-error the argument may be left out, the builder does not know what to do then
      @Cached({ namespace: 'j', ttlSeconds, scope: 'shared', key: (id: string) => [id] })
      ten(id?: string): Promise<string | undefined> {
        return Promise.resolve(id);
      }
    }
    expect(Object.keys(Object.getOwnPropertyDescriptors(Typed.prototype))).toHaveLength(11);
  });

  it('take what is right', () => {
    class Typed {
      @Cached({ namespace: 'a', ttlSeconds, scope: 'user', key: () => [] })
      none(_anything: object): Promise<void> {
        return Promise.resolve();
      }

      @Cached({ namespace: 'b', ttlSeconds, scope: 'user', key: (id: string, at: Date) => [id, at] })
      fewer(_id: string, _at: Date, _more: number): Promise<void> {
        return Promise.resolve();
      }

      @Cached({ namespace: 'c', ttlSeconds, scope: 'shared', key: (id: string | number) => [id] })
      wider(_id: string): Promise<void> {
        return Promise.resolve();
      }

      @Cached({ namespace: 'd', ttlSeconds, scope: 'shared', key: (id?: string) => [id], cachedField: false })
      optional(_id?: string): Promise<void> {
        return Promise.resolve();
      }

      @Cached({ namespace: 'e', ttlSeconds, scope: 'shared', key: keyOf })
      generic<T extends object>(value: T): Promise<T> {
        return Promise.resolve(value);
      }
    }
    expect(Object.keys(Object.getOwnPropertyDescriptors(Typed.prototype))).toHaveLength(6);
  });
});
