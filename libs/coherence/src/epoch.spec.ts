import { nextEpoch } from './epoch.js';

describe(nextEpoch.name, () => {
  it.each([
    ['0', 1],
    ['1-AAAAAAAAAAA', 2],
    ['9-_-_-_-_-_-A', 10],
    ['1234567890-12345678901', 1234567891],
  ])('after %s has the number %i', (epoch, number) => {
    expect(nextEpoch(epoch)).toMatch(new RegExp(`^${number}-[\\w-]{11}$`));
  });

  it('never was before, though the number was', () => {
    const epochs = Array.from({ length: 1_000 }, () => nextEpoch('6-AAAAAAAAAAA'));
    expect(new Set(epochs).size).toBe(1_000);
  });

  it('goes on from itself', () => {
    expect(nextEpoch(nextEpoch(nextEpoch('1')))).toMatch(/^4-/);
  });
});
