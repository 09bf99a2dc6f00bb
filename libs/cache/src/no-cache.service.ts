import { CacheService, type CacheSettings } from './cache-service.js';
import { NoEntries } from './no-entries.js';

/** Keeps nothing: every read loads, and there is nothing to delete. */
export class NoCacheService extends CacheService {
  protected override readonly coherent = new NoEntries();
  protected override readonly free = new NoEntries();

  constructor(settings: CacheSettings = {}) {
    super(settings);
  }
}
