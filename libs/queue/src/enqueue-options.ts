export interface EnqueueOptions {
  /** How long to wait before the first attempt, in seconds by PostgreSQL's clock; up to 14 days. */
  afterSeconds?: number;
  /**
   * Of the jobs of this type with this key, 1 to 200 characters, at most one waits for its first attempt: if there is
   * one, it stands for this one too, payload and time as they are. It will begin after the transaction has ended, so it
   * sees what that has changed. (A job that waits for a retry, or is under way, does not count: it may have read what
   * was there before.)
   */
  singletonKey?: string;
}

const LONGEST_WAIT_SECONDS = 14 * 86_400;
const LONGEST_KEY = 200;
/** What PostgreSQL cannot store. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** @throws {TypeError | RangeError} that say what was expected */
export function readEnqueueOptions({ afterSeconds = 0, singletonKey }: EnqueueOptions) {
  if (typeof afterSeconds !== 'number' || !(afterSeconds >= 0 && afterSeconds <= LONGEST_WAIT_SECONDS))
    throw new RangeError(`afterSeconds must be a number from 0 to ${LONGEST_WAIT_SECONDS}.`);
  if (singletonKey !== undefined && !isKey(singletonKey))
    throw new TypeError(`singletonKey must be a text of 1 to ${LONGEST_KEY} characters.`);
  return { afterSeconds, singletonKey };
}

function isKey(key: unknown): boolean {
  return typeof key === 'string' && key.length > 0 && key.length <= LONGEST_KEY && !UNSTORABLE.test(key);
}
