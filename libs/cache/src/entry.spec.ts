import { Entry, FRESH_UNTIL_OFFSET } from './entry.js';
import { newGeneration } from './generations.js';

const facts = {
  loadedAtMs: 1_700_000_000_123.5,
  freshUntilMs: 1_700_000_060_123.5,
  loadMs: 12,
  isCompressed: true,
  isNothing: false,
  generations: Buffer.concat([newGeneration(), newGeneration()]),
  payload: Buffer.from('payload'),
};

const factsIn = ({ loadedAtMs, freshUntilMs, loadMs, isCompressed, isNothing, generations, payload }: Entry) => ({
  loadedAtMs,
  freshUntilMs,
  loadMs,
  isCompressed,
  isNothing,
  generations,
  payload,
});

describe(Entry.name, () => {
  it.each([
    ['all of them', facts],
    ['no generations, and nothing', { ...facts, generations: Buffer.alloc(0), isCompressed: false, isNothing: true }],
    ['an empty payload', { ...facts, payload: Buffer.alloc(0) }],
  ])('brings back its facts: %s', (_, written) => {
    expect(factsIn(Entry.read(Entry.of(written).bytes)!)).toEqual(written);
  });

  it('has 24 bytes beside generations and payload', () => {
    expect(Entry.of(facts).bytes).toHaveLength(24 + 32 + 7);
  });

  it.each([
    [-5, 0],
    [2 ** 40, 2 ** 32 - 1],
  ])('writes a load of %d ms as %d', (loadMs, written) => {
    expect(Entry.of({ ...facts, loadMs }).loadMs).toBe(written);
  });

  it('says where the end of being fresh stands', () => {
    const { bytes } = Entry.of(facts);
    bytes.writeDoubleLE(5, FRESH_UNTIL_OFFSET);
    expect(Entry.read(bytes)?.freshUntilMs).toBe(5);
  });

  it('is not read from bytes that are cut off before the payload, or have another version', () => {
    const { bytes } = Entry.of(facts);
    for (let length = 0; length < bytes.length - facts.payload.length; length++) {
      expect(Entry.read(bytes.subarray(0, length))).toBeNull();
    }
    for (const version of [0, 2, 255]) {
      const other = Buffer.from(bytes);
      other[0] = version;
      expect(Entry.read(other)).toBeNull();
    }
  });
});
