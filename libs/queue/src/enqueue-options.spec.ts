import { type EnqueueOptions, readEnqueueOptions } from './enqueue-options.js';

describe(readEnqueueOptions, () => {
  it('means now and without a key unless told', () => {
    expect(readEnqueueOptions({})).toEqual({ afterSeconds: 0, singletonKey: undefined });
    expect(readEnqueueOptions({ afterSeconds: 0.5, singletonKey: 'é' })).toEqual({
      afterSeconds: 0.5,
      singletonKey: 'é',
    });
  });

  it.each([-1, Number.NaN, 14 * 86_400 + 1, '5'])('refuses to wait for %p seconds', (afterSeconds) => {
    expect(() => readEnqueueOptions({ afterSeconds } as EnqueueOptions)).toThrow(RangeError);
  });

  it.each(['', 'k'.repeat(201), 'a\0', 7])('refuses the key %p', (singletonKey) => {
    expect(() => readEnqueueOptions({ singletonKey } as EnqueueOptions)).toThrow(/^singletonKey must be a text/);
  });
});
