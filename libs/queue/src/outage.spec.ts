import { DatabaseUnavailable } from '#database';
import { Outage } from './outage.js';

describe(Outage, () => {
  const lines: string[] = [];
  const outage = new Outage({ log: (line) => lines.push(line), warn: (_, line) => lines.push(line) });
  const fail = (error: Error) => expect(outage.watch(() => Promise.reject(error))).rejects.toBe(error);
  const succeed = async () => expect(await outage.watch(() => Promise.resolve('jobs'))).toBe('jobs');

  it('says once that it has begun, and once that it is over', async () => {
    await succeed();
    expect(lines).toEqual([]);
    for (let time = 0; time < 3; time++) await fail(new DatabaseUnavailable(new Error('gone')));
    expect(lines).toEqual(['No jobs are worked on: PostgreSQL cannot be reached. Trying on.']);
    await succeed();
    await succeed();
    expect(lines.slice(1)).toEqual(['Jobs are worked on again.']);
    await fail(new Error('permission denied'));
    expect(lines.slice(2)).toEqual(['No jobs are worked on: PostgreSQL refuses to give any. Trying on.']);
  });
});
