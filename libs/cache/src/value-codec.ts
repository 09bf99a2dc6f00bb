import { deflateSync, inflateSync } from 'node:zlib';
import { deepFreeze } from './deep-freeze.js';
import { Entry } from './entry.js';
import type { NamespaceRules } from './namespace-options.js';
import { decodeValue, encodeValue } from './value-format.js';

/** Against a few bytes that would inflate to more than a process has. */
const LARGEST_BYTES = 2 ** 28;

interface LoadDates {
  loadedAtMs: number;
  loadMs: number;
  ttlMs: number;
  generations: Buffer;
}

/** Between the values of one namespace and the entries as which they are kept. */
export class ValueCodec<T> {
  constructor(private readonly rules: Pick<NamespaceRules, 'areFrozen' | 'compressAboveBytes' | 'validate'>) {}

  /** @throws TypeError for what is no plain data, and what `validate` throws */
  toEntry(value: unknown, { loadedAtMs, loadMs, ttlMs, generations }: LoadDates): Entry {
    const packed = encodeValue(value);
    const payload = packed.byteLength > this.rules.compressAboveBytes ? smaller(packed) : packed;
    const entry = Entry.of({
      loadedAtMs,
      freshUntilMs: loadedAtMs + ttlMs,
      loadMs,
      isCompressed: payload !== packed,
      isNothing: value === null || value === undefined,
      generations,
      payload,
    });
    if (this.rules.validate) this.valueOf(entry);
    return entry;
  }

  /** A value of its own, or the one that all share. Throws for a payload that is not sound, or does not pass. */
  valueOf(entry: Entry): T {
    if (!this.rules.areFrozen) return this.decode(entry);
    if (entry.shared === null) {
      const value = this.decode(entry);
      if (!deepFreeze(value)) return this.decode(entry);
      entry.shared = { value };
    }
    return entry.shared.value as T;
  }

  private decode({ payload, isCompressed }: Entry): T {
    const value = decodeValue(isCompressed ? inflateSync(payload, { maxOutputLength: LARGEST_BYTES }) : payload);
    return (this.rules.validate ? this.rules.validate(value) : value) as T;
  }
}

function smaller(packed: Uint8Array): Uint8Array {
  const deflated = deflateSync(packed, { level: 1 });
  return deflated.byteLength < packed.byteLength ? deflated : packed;
}
