import { redisUse } from './redis-use.js';

describe(redisUse.name, () => {
  it('needs no explanation when Redis is in use, or switched off', () => {
    expect(redisUse('trusted')).toEqual({ use: 'up' });
    expect(redisUse('off')).toEqual({ use: 'off' });
  });

  it.each(['connecting', 'verifying', 'distrusted'] as const)('says in whole sentences why it is not: %s', (state) => {
    const { use, reason } = redisUse(state);
    expect(use).toBe('down');
    expect(reason).toMatch(/^Redis .+\. Every answer is right without it; some take longer\.$/);
  });
});
