/** A load took longer than the namespace allows, and nothing older may be served. The load goes on, and may still be kept. */
export class LoadTimeout extends Error {
  readonly code = 'cache.load_timeout';

  constructor(namespace: string, timeoutMs: number) {
    super(`A value of the cache namespace "${namespace}" was not loaded within ${timeoutMs} ms.`);
    this.name = LoadTimeout.name;
  }
}
