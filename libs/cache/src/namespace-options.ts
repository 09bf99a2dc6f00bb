import { requirePart, requirePositiveInteger, requireWholeNumber } from './required-numbers.js';

/** How the values of one namespace are kept. */
export interface NamespaceOptions<T = unknown> {
  /** The longest time a value is served after its load began, in whole seconds. */
  ttlSeconds: number;
  /** The same for `null` and `undefined`; 0 = they are not kept. Unless told, they are values like any other. */
  negativeTtlSeconds?: number;
  /** The TTL of this very value in seconds, in place of `ttlSeconds`; 0 = not kept; `undefined` = as ever. Not asked for `null` and `undefined`. */
  ttlOf?(this: void, value: T): number | undefined;
  /** The part of the TTL, below 1, by which it may be shorter, by chance: values loaded together do not all expire together. */
  ttlJitter?: number;
  /**
   * How long a value that has expired, though not one that was deleted or changed, may still be served: when its load
   * fails, or takes longer than `softTimeoutMs`. 0, as it is unless told, = not at all.
   */
  graceSeconds?: number;
  /** After this time of waiting for a load an expired value is served, if there is one, while the load goes on. */
  softTimeoutMs?: number;
  /** After this time an expired value is served, else `LoadTimeout` thrown, while the load goes on. */
  hardTimeoutMs?: number;
  /**
   * Loads a value anew before it expires, in the background, by one caller on one node. A number between 0 and 1: once
   * that part of its TTL has passed. `xfetch`: by chance, the likelier the nearer the end and the longer the load took.
   */
  earlyRefresh?: 'xfetch' | number;
  /** Whether all of it can be deleted at once. Costs each read one key more, which is read in the same round trip. */
  clearable?: boolean;
  /**
   * `copies`, as it is unless told: each answer is a value of its own. `frozen`: all are served the same one, deeply
   * frozen; but a value that holds a `Date`, `Map`, `Set` or binary data, which cannot be frozen, is still copied.
   */
  answers?: 'copies' | 'frozen';
  /** A value that takes more bytes than this is compressed, if that makes it smaller. Unless told, none is. */
  compressAboveBytes?: number;
  /**
   * Checks what comes out of the cache, and may change it; throws for what is no `T`. A kept value that does not pass is
   * loaded anew. What a load returns goes the same way: then the error is thrown, and nothing is kept.
   */
  validate?(this: void, value: unknown): T;
}

/** The options as the code uses them, in milliseconds. */
export interface NamespaceRules {
  ttlMs: number;
  negativeTtlMs: number;
  ttlOf: ((value: unknown) => number | undefined) | null;
  ttlJitter: number;
  longestMs: number;
  graceMs: number;
  softTimeoutMs: number | null;
  hardTimeoutMs: number | null;
  earlyRefresh: 'xfetch' | number | null;
  isClearable: boolean;
  areFrozen: boolean;
  compressAboveBytes: number;
  validate: ((value: unknown) => unknown) | null;
}

/** @throws RangeError for a number that makes no sense */
export function rulesOf(options: NamespaceOptions, ttlJitter: number): NamespaceRules {
  requireSense(options);
  const { ttlSeconds, negativeTtlSeconds = ttlSeconds, ttlOf, validate } = options;
  return {
    ttlMs: ttlSeconds * 1_000,
    negativeTtlMs: negativeTtlSeconds * 1_000,
    ttlOf: (ttlOf as NamespaceRules['ttlOf'] | undefined) ?? null,
    ttlJitter: options.ttlJitter ?? ttlJitter,
    longestMs: ttlOf ? Number.POSITIVE_INFINITY : Math.max(ttlSeconds, negativeTtlSeconds) * 1_000,
    graceMs: (options.graceSeconds ?? 0) * 1_000,
    softTimeoutMs: options.softTimeoutMs ?? null,
    hardTimeoutMs: options.hardTimeoutMs ?? null,
    earlyRefresh: options.earlyRefresh ?? null,
    isClearable: options.clearable ?? false,
    areFrozen: options.answers === 'frozen',
    compressAboveBytes: options.compressAboveBytes ?? Number.POSITIVE_INFINITY,
    validate: validate ?? null,
  };
}

function requireSense(options: NamespaceOptions): void {
  requirePositiveInteger('ttlSeconds', options.ttlSeconds);
  const { negativeTtlSeconds = 0, graceSeconds = 0, compressAboveBytes = 0 } = options;
  for (const [name, value] of Object.entries({ negativeTtlSeconds, graceSeconds, compressAboveBytes })) {
    requireWholeNumber(name, value);
  }
  const { softTimeoutMs = 1, hardTimeoutMs = Number.MAX_SAFE_INTEGER } = options;
  requirePositiveInteger('softTimeoutMs', softTimeoutMs);
  requirePositiveInteger('hardTimeoutMs', hardTimeoutMs);
  if (options.softTimeoutMs !== undefined && softTimeoutMs >= hardTimeoutMs) {
    throw new RangeError(`softTimeoutMs is below hardTimeoutMs, not ${softTimeoutMs} of ${hardTimeoutMs}.`);
  }
  if (options.softTimeoutMs !== undefined && graceSeconds === 0) {
    throw new RangeError('softTimeoutMs needs graceSeconds: without them nothing that has expired is served.');
  }
  requirePart('ttlJitter', options.ttlJitter ?? 0);
  if (options.earlyRefresh !== 'xfetch') requirePart('earlyRefresh', options.earlyRefresh ?? 0);
}

/** The first option in which two ways to open a namespace differ. */
export function differenceOf(one: NamespaceOptions, other: NamespaceOptions): keyof NamespaceOptions | undefined {
  const names = Object.keys({ ...one, ...other }) as (keyof NamespaceOptions)[];
  return names.find((name) => one[name] !== other[name]);
}
