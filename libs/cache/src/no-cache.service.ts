import type { Writes } from '#coherence';
import { CacheService, type CacheSettings } from './cache-service.js';
import { NoEntries } from './no-entries.js';

/** Keeps nothing: every read loads. What is deleted here is removed from what other processes keep. */
export class NoCacheService extends CacheService {
  protected override readonly coherent: NoEntries;
  protected override readonly free = new NoEntries(null);

  /** @param writes null = there are no other processes */
  constructor(writes: Pick<Writes, 'commit'> | null = null, settings: CacheSettings = {}) {
    super(settings);
    this.coherent = new NoEntries(writes);
  }
}
