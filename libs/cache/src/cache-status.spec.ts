import { cacheStatus } from './cache-status.js';

describe(cacheStatus.name, () => {
  test.each([
    ['L1', 'portcullis; hit; detail=L1'],
    ['L2', 'portcullis; hit; detail=L2'],
    ['miss', 'portcullis; fwd=miss'],
    ['bypass', 'portcullis; fwd=bypass'],
    ['stale', 'portcullis; fwd=stale; detail=served'],
  ] as const)('renders %s as "%s"', (how, field) => {
    expect(cacheStatus(how)).toBe(field);
  });
});
