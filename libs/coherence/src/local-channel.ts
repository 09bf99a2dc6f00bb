import type { CopyKey } from '#redis';
import { InvalidationChannel } from './invalidation-channel.js';

/** For the only process on its database: whatever is announced has been heard when the call returns. */
export class LocalChannel extends InvalidationChannel {
  readonly isListening = true;
  readonly isLeased = true;

  announce(keys: readonly CopyKey[]): Promise<void> {
    if (keys.length > 0) this.tellHere([...new Set(keys)]);
    return Promise.resolve();
  }

  renew(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
