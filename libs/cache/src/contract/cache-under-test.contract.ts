import { type CacheService } from '../cache-service.js';

interface CacheUnderTest {
  cache: CacheService;
  /** False for a cache that loads on every read. */
  keeps: boolean;
  /** Lets this much time pass for the entries of the cache. */
  advance: (seconds: number) => void | Promise<void>;
}

/** A fresh, empty cache for each test. */
export type MakeCache = () => Promise<CacheUnderTest>;

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
