import type { CacheService } from '../cache-service.js';

interface CacheUnderTest {
  cache: CacheService;
  /** False for a cache that loads on every read. */
  keeps: boolean;
  /** Lets this much time pass for the entries of the cache. */
  advance: (seconds: number) => void | Promise<void>;
  /** Decides by what the cache goes where it goes by chance, from 0 up to, not including, 1; it is 0 unless told. */
  draw: (chance: number) => void;
}

/** A fresh, empty cache for each test. */
export type MakeCache = () => Promise<CacheUnderTest>;

/** The clock and the chance of a cache, in the hands of its test. */
export class Hands {
  private nowMs: number;
  private chance = 0;

  constructor(startMs = 0) {
    this.nowMs = startMs;
  }

  readonly settings = { now: () => this.nowMs, random: () => this.chance, ttlJitter: 0 };

  readonly draw = (chance: number): void => {
    this.chance = chance;
  };

  readonly advance = (seconds: number): void => {
    this.nowMs += seconds * 1_000;
  };
}

/** A loader whose values tell which load they come from: 1, 2, 3, … */
export function countingLoad(): () => Promise<number> {
  let loads = 0;
  return () => Promise.resolve(++loads);
}

/** A loader that has begun once it is called, and ends when the test says so. */
export function pausedLoad<T>() {
  let calls = 0;
  let call!: () => void;
  let finish!: (value: T) => void;
  let fail!: (error: Error) => void;
  const begun = new Promise<void>((resolve) => (call = resolve));
  const result = new Promise<T>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const load = () => {
    calls += 1;
    call();
    return result;
  };
  return { load, begun, finish, fail, calls: () => calls };
}
