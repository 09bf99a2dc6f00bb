import { type Announced, InvalidationChannel } from './invalidation-channel.js';

/** For the only process on its database: whatever is announced has been heard when the call returns. */
export class LocalChannel extends InvalidationChannel {
  readonly isListening = true;
  readonly isLeased = true;

  announce(what: Announced): Promise<void> {
    if (what.length > 0) this.tellHere(what === 'all' ? what : [...new Set(what)]);
    return Promise.resolve();
  }

  renew(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
