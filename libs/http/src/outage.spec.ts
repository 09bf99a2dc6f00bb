import { isOutage } from './outage.js';

const coded = (code: string) => Object.assign(new Error('failed'), { code });

describe(isOutage.name, () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'EPIPE',
    '08006',
    '57P01',
    '57P03',
    '53300',
    '57014',
    'database.unavailable',
  ])('is true of %s', (code) => expect(isOutage(coded(code))).toBe(true));

  it.each(['23505', '22021', '42P01', '40001', 'ENOENT', 'ERR_INVALID_ARG_TYPE'])('is false of %s', (code) => {
    expect(isOutage(coded(code))).toBe(false);
  });

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
  ])('is true of pg saying "%s"', (message) => expect(isOutage(new Error(message))).toBe(true));

  it('looks into what an error wraps', () => {
    const inner = coded('08006');
    expect(isOutage(new Error('a', { cause: new Error('b', { cause: inner }) }))).toBe(true);
    expect(isOutage(Object.assign(new Error('QueryFailedError'), { driverError: inner }))).toBe(true);
    expect(isOutage(new AggregateError([new Error('a'), inner]))).toBe(true);
  });

  it('ends at a cycle', () => {
    const error = new Error('a');
    error.cause = error;
    expect(isOutage(error)).toBe(false);
  });

  it.each([undefined, null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }])('is false of what is no error: %p', (thrown) => {
    expect(isOutage(thrown)).toBe(false);
  });
});
