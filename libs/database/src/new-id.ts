import { v7 } from 'uuid';

/**
 * A new key: a UUID version 7 (RFC 9562), made in the process, so that a row's key is known before the row is written
 * and rows written one after another lie side by side in the index.
 */
export function newId(): string {
  return v7();
}
