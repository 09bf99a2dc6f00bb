import { Controller, Get, Inject, Injectable, type OnModuleInit, Scope, type Type } from '@nestjs/common';
import { UnusableCacheDecorators } from './cache-decorators.errors.js';
import { CacheEvict, type CacheEvictOptions } from './cache-evict.decorator.js';
import { CachePut } from './cache-put.decorator.js';
import { Cached } from './cached.decorator.js';
import type { CachedOptions } from './cached.options.js';
import { compileApp } from './decorated-app.fixture.js';
import { DecoratedInstances } from './decorated-instances.js';

const GOOD: CachedOptions<[]> = { namespace: 'pets', ttlSeconds: 60, scope: 'shared', key: () => [] };
const without = (name: string) => Object.fromEntries(Object.entries(GOOD).filter(([each]) => each !== name));

/** A class as JavaScript, or `any`, would let it pass. */
function reader(options: object): Type {
  @Injectable()
  class Pets {
    @Cached(options as CachedOptions<[]> & { cachedField: false })
    list(): Promise<number> {
      return Promise.resolve(1);
    }
  }
  return Pets;
}

function changer(options: object): Type {
  @Injectable()
  class PetChanges {
    @CacheEvict(options as CacheEvictOptions<[]>)
    change(): Promise<void> {
      return Promise.resolve();
    }
  }
  return PetChanges;
}

async function problemsOf(...providers: Type[]): Promise<readonly string[]> {
  const { module } = await compileApp({ providers });
  const error: unknown = await module.init().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnusableCacheDecorators);
  const { problems, message } = error as UnusableCacheDecorators;
  for (const problem of problems) expect(message).toContain(problem);
  return problems;
}

describe(DecoratedInstances.name, () => {
  it.each([undefined, null, '', 'users', 'USER'])(
    'does not let an application start with the scope %p',
    async (scope) => {
      const sentence = `needs a scope: 'user' puts the caller's id into the key, 'shared' gives everybody the same answer.`;
      expect(await problemsOf(reader({ ...GOOD, scope }))).toEqual([`Pets.list: @Cached ${sentence}`]);
      const eviction = { namespace: 'pets', key: () => [], scope };
      expect(await problemsOf(reader(GOOD), changer(eviction))).toEqual([`PetChanges.change: @CacheEvict ${sentence}`]);
    },
  );

  it('does not let an application start without a scope', async () => {
    expect(await problemsOf(reader(without('scope')))).toEqual([
      expect.stringMatching(/^Pets.list: @Cached needs a sc/),
    ]);
  });

  it.each([
    [without('namespace'), '@Cached needs a namespace: a name.'],
    [without('key'), '@Cached needs a key: a function of the arguments.'],
    [{ ...GOOD, key: 'pets' }, '@Cached needs a key: a function of the arguments.'],
    [{ ...GOOD, evictedBy: 'tag' }, `@Cached: evictedBy is 'key' or 'all'.`],
    [{ ...GOOD, namespace: 'My pets' }, 'A cache namespace is named like "user-profiles", not "My pets".'],
    [without('ttlSeconds'), 'ttlSeconds is a whole number of at least 1, not undefined.'],
  ])('does not let an application start with @Cached(%p)', async (options, sentence) => {
    expect(await problemsOf(reader(options))).toEqual([`Pets.list: ${sentence}`]);
  });

  it.each([
    [{ namespace: 'pets', scope: 'shared' }, '@CacheEvict needs a key, a function, or all: true.'],
    [
      { namespace: 'pest', scope: 'shared', key: () => [] },
      '@CacheEvict: no @Cached method of this application has the namespace "pest".',
    ],
    [
      { namespace: 'pets', scope: 'user', key: () => [] },
      `@CacheEvict has the scope 'user', but "pets" (Pets.list) has 'shared'.`,
    ],
    [
      { namespace: 'pets', scope: 'shared', all: true },
      `@CacheEvict evicts by 'all', but "pets" (Pets.list) is evicted by 'key'.`,
    ],
  ])('does not let an application start with @CacheEvict(%p)', async (options, sentence) => {
    expect(await problemsOf(reader(GOOD), changer(options))).toEqual([`PetChanges.change: ${sentence}`]);
  });

  it('does not let two methods keep their answers in one namespace', async () => {
    @Injectable()
    class OtherPets {
      @Cached({ namespace: 'pets', ttlSeconds: 60, scope: 'shared', key: () => [] })
      list(): Promise<string> {
        return Promise.resolve('');
      }
    }
    expect(await problemsOf(reader(GOOD), OtherPets)).toEqual([
      'Pets.list: @Cached: the namespace "pets" has the answers of OtherPets.list, and of no other method.',
      'OtherPets.list: @Cached: the namespace "pets" has the answers of Pets.list, and of no other method.',
    ]);
  });

  it('does not let a change be followed by a read that is not cached', async () => {
    @Injectable()
    class Pets {
      find(): Promise<string> {
        return Promise.resolve('');
      }

      @CachePut({ read: 'find', args: () => [] })
      change(): Promise<void> {
        return Promise.resolve();
      }

      @CachePut({ read: 'find', args: undefined as never })
      rename(): Promise<void> {
        return Promise.resolve();
      }
    }
    expect(await problemsOf(Pets)).toEqual([
      'Pets.change: @CachePut: the class has no @Cached method "find".',
      'Pets.rename: @CachePut needs args: a function that makes the arguments of the read.',
    ]);
  });

  it('names all mistakes at once', async () => {
    expect(await problemsOf(reader(without('scope')), changer({ namespace: 'pets' }))).toHaveLength(2);
  });

  it('does not let request-scoped classes have decorated methods, nor those that depend on one', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Pets {
      @Cached({ namespace: 'pets', ttlSeconds: 60, scope: 'shared', key: () => [] })
      list(): Promise<string> {
        return Promise.resolve('');
      }
    }
    @Injectable()
    class Owners {
      constructor(readonly pets: Pets) {}

      @Cached({ namespace: 'owners', ttlSeconds: 60, scope: 'shared', key: () => [] })
      list(): Promise<string> {
        return Promise.resolve('');
      }
    }
    const sentence =
      'the class, or something it depends on, is request-scoped; decorated methods need instances that live as long as the application.';
    expect(await problemsOf(Pets, Owners)).toEqual([`Pets.list: ${sentence}`, `Owners.list: ${sentence}`]);
  });

  describe('makes ready', () => {
    const ttlSeconds = 60;

    @Injectable()
    class Pets implements OnModuleInit {
      calls = 0;
      atStart: number[] = [];

      async onModuleInit(): Promise<void> {
        this.atStart = [await this.count(), await this.count()];
      }

      @Cached({ namespace: 'pets', ttlSeconds, scope: 'shared', key: () => [] })
      count(): Promise<number> {
        return Promise.resolve(++this.calls);
      }
    }

    const started = async (metadata: Parameters<typeof compileApp>[0]) => {
      const { module } = await compileApp(metadata);
      await module.init();
      return module;
    };

    it('a class before its own onModuleInit is called', async () => {
      const module = await started({ providers: [Pets] });
      expect(module.get(Pets).atStart).toEqual([1, 1]);
    });

    it.each([
      ['made by a factory', { provide: 'pets', useFactory: () => Promise.resolve(new Pets()) }],
      ['given as a value', { provide: 'pets', useValue: new Pets() }],
      ['known under another name', { provide: 'pets', useExisting: Pets }],
      ['given in place of another class', { provide: 'pets', useClass: class extends Pets {} }],
    ])('one that is %s', async (_, provider) => {
      const module = await started({ providers: [Pets, provider] });
      const pets = module.get<Pets>('pets');
      expect([await pets.count(), await pets.count()]).toEqual([1, 1]);
    });

    it('every instance of a transient class, all with the same copies', async () => {
      @Injectable({ scope: Scope.TRANSIENT })
      class Transient {
        @Cached({ namespace: 'transient', ttlSeconds, scope: 'shared', key: () => [] })
        read(): Promise<object> {
          return Promise.resolve({});
        }
      }
      @Injectable()
      class Users {
        constructor(
          readonly one: Transient,
          @Inject(Transient) readonly other: Transient,
        ) {}
      }
      const { one, other } = (await started({ providers: [Transient, Users] })).get(Users);
      expect([await one.read(), await other.read()]).toEqual([{}, {}]);
    });

    it('a controller', async () => {
      @Controller()
      class PetsController {
        @Get()
        @Cached({ namespace: 'pets', ttlSeconds, scope: 'shared', key: () => [] })
        list(): Promise<string[]> {
          return Promise.resolve(['Tom']);
        }
      }
      const module = await started({ controllers: [PetsController] });
      expect(await module.get(PetsController).list()).toEqual(['Tom']);
    });

    it('nothing that has no decorated methods', async () => {
      const frozen = Object.freeze({ a: 1 });
      const module = await started({ providers: [{ provide: 'frozen', useValue: frozen }] });
      expect(module.get('frozen')).toBe(frozen);
    });
  });
});
