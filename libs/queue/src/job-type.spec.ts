import { jobType } from './job-type.js';

describe(jobType, () => {
  it('keeps the name and the options, and has defaults', () => {
    expect(jobType('pets.import')).toMatchObject({
      name: 'pets.import',
      retries: 5,
      backOffSeconds: 2,
      expireSeconds: 60,
    });
    expect(jobType('mail', { retries: 0, backOffSeconds: 1, expireSeconds: 7 })).toMatchObject({
      retries: 0,
      backOffSeconds: 1,
      expireSeconds: 7,
    });
  });

  it.each(['', 'Pets', 'pets import', 'pets/dead', '.pets', 'pets.', '9pets', 'p'.repeat(61)])(
    'refuses the name "%s"',
    (name) => {
      expect(() => jobType(name)).toThrow(TypeError);
    },
  );

  it.each([
    [{ retries: -1 }, /^retries of the job type "pets" must be a whole number from 0 to 16/],
    [{ retries: 1.5 }, /^retries/],
    [{ backOffSeconds: 0 }, /^backOffSeconds .* from 1 to 3600/],
    [{ expireSeconds: 86_400 }, /^expireSeconds .* from 1 to 86399/],
    [{ expireSeconds: Number.NaN }, /^expireSeconds/],
    [{ retries: '3' as unknown as number }, /^retries/],
  ])('refuses %j', (options, reason) => {
    expect(() => jobType('pets', options)).toThrow(RangeError);
    expect(() => jobType('pets', options)).toThrow(reason);
  });

  it('refuses waits that outlive the job', () => {
    expect(() => jobType('pets', { retries: 16, backOffSeconds: 4 })).not.toThrow();
    expect(() => jobType('pets', { retries: 16, backOffSeconds: 5 })).toThrow(/more than a week/);
  });
});
