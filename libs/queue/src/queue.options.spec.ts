import { jobType } from './job-type.js';
import { completeOptions, type QueueOptions } from './queue.options.js';

const least = { jobTypes: [jobType('a')], works: true };

describe(completeOptions, () => {
  it('fills in what is not told', () => {
    expect(completeOptions({ ...least, pollMs: 200 })).toEqual({
      ...least,
      concurrency: 5,
      pollMs: 200,
      shutdownSeconds: 10,
      maintenanceSeconds: 15,
      retentionDays: 90,
    });
  });

  it.each([
    [{ concurrency: 0 }, /^concurrency of QueueModule must be a whole number from 1 to 100/],
    [{ pollMs: 49 }, /^pollMs .* from 50 to 60000/],
    [{ shutdownSeconds: 0.5 }, /^shutdownSeconds/],
    [{ maintenanceSeconds: Number.NaN }, /^maintenanceSeconds/],
    [{ retentionDays: 14 }, /^retentionDays .* from 15 to 3650/],
  ])('refuses %j', (options, reason) => {
    expect(() => completeOptions({ ...least, ...options })).toThrow(RangeError);
    expect(() => completeOptions({ ...least, ...options })).toThrow(reason);
  });

  it.each([
    [{ works: 'yes' }, /^works of QueueModule must be true or false/],
    [{ jobTypes: ['a'] }, /^jobTypes of QueueModule must be a list of what jobType/],
    [{ jobTypes: undefined }, /^jobTypes/],
    [{ jobTypes: [jobType('a'), jobType('b'), jobType('a')] }, /two job types of the name "a"/],
  ])('refuses %j', (options, reason) => {
    const wrong = { ...least, ...options } as unknown as QueueOptions;
    expect(() => completeOptions(wrong)).toThrow(TypeError);
    expect(() => completeOptions(wrong)).toThrow(reason);
  });
});
