/** A method with `scope: 'user'` was called in nobody's name: neither the cache nor the method has been asked. */
export class NoCaller extends Error {
  readonly code = 'cache.no_caller';

  constructor(method: string) {
    super(
      `${method} is cached per user, and there is no caller. A guard names the caller of a request with ` +
        'CallerContext.identify, other work runs in CallerContext.run; there is none on public routes and in the load of what is shared.',
    );
    this.name = NoCaller.name;
  }
}

/** A decorated method was called on an instance that the application has not made ready. */
export class CacheNotReady extends Error {
  readonly code = 'cache.not_ready';

  constructor(method: string) {
    super(
      `${method} was called on an instance that has no cache: it must be a controller or provider of an application that ` +
        'imports CacheDecoratorsModule, and has begun to start.',
    );
    this.name = CacheNotReady.name;
  }
}

/** What is wrong with the decorators of an application, all of it; thrown at start. */
export class UnusableCacheDecorators extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The application cannot start: its cache decorators are not usable.', ...problems].join('\n  '));
    this.name = UnusableCacheDecorators.name;
  }
}
