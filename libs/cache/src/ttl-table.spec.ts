import { ttlTable } from './ttl-table.js';

describe(ttlTable.name, () => {
  it('has the TTL of each kind, and cannot be changed', () => {
    const table = ttlTable({ user: 300, order: 120 });
    expect(table.user + table.order).toBe(420);
    expect(Object.isFrozen(table)).toBe(true);
  });

  it('does not have a kind that is not in it', () => {
    const table = ttlTable({ user: 300 });
    // @ts-expect-error There is no such kind.
    expect(table.order).toBeUndefined();
  });

  it.each([0, -1, 0.5, Number.NaN])('refuses a TTL of %p, and says whose it is', (order) => {
    expect(() => ttlTable({ user: 300, order })).toThrow('The TTL of "order" is a whole number of at least 1');
  });
});
