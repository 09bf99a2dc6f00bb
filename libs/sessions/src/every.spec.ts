import { Logger } from '@nestjs/common';
import { every } from './every.js';

describe(every.name, () => {
  const warned: unknown[] = [];
  const logger = Object.assign(new Logger('test'), { warn: (line: unknown) => warned.push(line) });

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('never runs twice at once, and stops when the round under way is done', async () => {
    let finish = () => {};
    let rounds = 0;
    const periodic = every(
      1_000,
      () => {
        rounds++;
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
      logger,
    );
    await jest.advanceTimersByTimeAsync(3_500);
    expect(rounds).toBe(1);
    let isStopped = false;
    const stopped = periodic.stop().then(() => {
      isStopped = true;
    });
    await jest.advanceTimersByTimeAsync(5_000);
    expect({ rounds, isStopped }).toEqual({ rounds: 1, isStopped: false });
    finish();
    await stopped;
  });

  it('goes on after a round that failed, and says so', async () => {
    let rounds = 0;
    const periodic = every(1_000, () => Promise.reject(new Error(`round ${++rounds}`)), logger);
    await jest.advanceTimersByTimeAsync(2_500);
    await periodic.stop();
    expect(rounds).toBe(2);
    expect(warned).toHaveLength(2);
  });
});
