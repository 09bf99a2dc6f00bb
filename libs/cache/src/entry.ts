import { GENERATION_BYTES } from './generations.js';

const VERSION = 1;
const HEADER_BYTES = 24;
const COMPRESSED = 1;
const NOTHING = 2;

/** Where the end of being fresh stands in the bytes of an entry: 8 bytes, a double, little-endian. */
export const FRESH_UNTIL_OFFSET = 12;

interface EntryFacts {
  /** When its load began, in milliseconds on the clock of the cache. */
  loadedAtMs: number;
  freshUntilMs: number;
  /** How long the load took. */
  loadMs: number;
  isCompressed: boolean;
  /** Whether the value is `null` or `undefined`. */
  isNothing: boolean;
  /** Those of its namespace and its tags, one after the other, as they were before the load. */
  generations: Buffer;
  payload: Uint8Array;
}

/**
 * A value as it is kept: version (1 byte), flags (1), number of generations (2), begin of the load (8), end of being fresh
 * (8), time of the load (4), the generations, the payload. Numbers are little-endian.
 */
export class Entry {
  /** The value, where one is shared by all who are served this entry. */
  shared: { value: unknown } | null = null;

  readonly loadedAtMs: number;
  readonly freshUntilMs: number;

  private constructor(readonly bytes: Buffer) {
    this.loadedAtMs = bytes.readDoubleLE(4);
    this.freshUntilMs = bytes.readDoubleLE(FRESH_UNTIL_OFFSET);
  }

  static of(facts: EntryFacts): Entry {
    const { generations, payload } = facts;
    const bytes = Buffer.allocUnsafe(HEADER_BYTES + generations.length + payload.length);
    bytes.writeUInt8(VERSION, 0);
    bytes.writeUInt8((facts.isCompressed ? COMPRESSED : 0) | (facts.isNothing ? NOTHING : 0), 1);
    bytes.writeUInt16LE(generations.length / GENERATION_BYTES, 2);
    bytes.writeDoubleLE(facts.loadedAtMs, 4);
    bytes.writeDoubleLE(facts.freshUntilMs, FRESH_UNTIL_OFFSET);
    bytes.writeUInt32LE(Math.min(Math.max(0, Math.round(facts.loadMs)), 2 ** 32 - 1), 20);
    bytes.set(generations, HEADER_BYTES);
    bytes.set(payload, HEADER_BYTES + generations.length);
    return new Entry(bytes);
  }

  /** Null for what is too short, or was written in another format. Whether the payload is sound shows when it is read. */
  static read(bytes: Buffer): Entry | null {
    if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION) return null;
    const entry = new Entry(bytes);
    return bytes.length < entry.payloadOffset ? null : entry;
  }

  get isCompressed(): boolean {
    return (this.bytes[1]! & COMPRESSED) !== 0;
  }

  get isNothing(): boolean {
    return (this.bytes[1]! & NOTHING) !== 0;
  }

  get loadMs(): number {
    return this.bytes.readUInt32LE(20);
  }

  get generations(): Buffer {
    return this.bytes.subarray(HEADER_BYTES, this.payloadOffset);
  }

  get payload(): Buffer {
    return this.bytes.subarray(this.payloadOffset);
  }

  private get payloadOffset(): number {
    return payloadOffsetOf(this.bytes.readUInt16LE(2));
  }
}

/** Where the payload begins after so many generations. */
export function payloadOffsetOf(generations: number): number {
  return HEADER_BYTES + generations * GENERATION_BYTES;
}
