import { register } from 'prom-client';
import { watchQueue } from './census.js';

async function shown(): Promise<string[]> {
  return (await register.metrics()).split('\n').filter((line) => line.startsWith('portcullis_queue_'));
}

describe(watchQueue, () => {
  it('counts once for all gauges whenever the metrics are read, until it is ended', async () => {
    const count = jest.fn(() => Promise.resolve([{ type: 'mail', waiting: 3, active: 2, dead: 1 }]));
    const end = watchQueue(count);
    expect(await shown()).toEqual([
      'portcullis_queue_waiting{type="mail"} 3',
      'portcullis_queue_active{type="mail"} 2',
      'portcullis_queue_dead{type="mail"} 1',
    ]);
    expect(count).toHaveBeenCalledTimes(1);
    end();
    expect(await shown()).toEqual([]);
  });

  it('shows nothing of a queue that cannot be counted', async () => {
    const end = watchQueue(() => Promise.reject(new Error('gone')));
    expect(await shown()).toEqual([]);
    end();
  });
});
