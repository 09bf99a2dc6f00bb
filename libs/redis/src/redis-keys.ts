import { createHash } from 'node:crypto';

/**
 * The name of one copy, the same on every node, whatever Redis or memory holds it: a kind and an id. The id stands in
 * braces, the hash tag, so that whatever belongs to it lies together.
 */
export type CopyKey = string & { readonly brand: unique symbol };

const PLAIN_ID = /^[\w.:@+-]{1,128}$/;

/** Ids are free strings: one that is long or has other characters stands there as its digest, and none is ever another's. */
export function copyKey(kind: string, id: string): CopyKey {
  return `${kind}:{${PLAIN_ID.test(id) ? id : `~${digest(id)}`}}` as CopyKey;
}

// JSON tells apart even what UTF-8 cannot write (lone surrogates).
function digest(id: string): string {
  return createHash('sha256').update(JSON.stringify(id)).digest('base64url');
}

/** Where the copies lie in Redis: `prefix:epoch:kind:{id}`, and beside each, while it is being filled, its fill lease. */
export class RedisKeys {
  constructor(private readonly prefix: string) {}

  /** Belongs to no epoch: by it one Redis is told from another. */
  get canary(): string {
    return `${this.prefix}:canary`;
  }

  copy(epoch: string, key: CopyKey): string {
    return `${this.prefix}:${epoch}:${key}`;
  }

  lease(epoch: string, key: CopyKey): string {
    return `${this.copy(epoch, key)}:lease`;
  }
}
