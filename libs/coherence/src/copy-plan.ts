import type { CopyKey } from '#redis';
import type { Content } from './fill-script.js';

/** One copy: how it is read, and how it is made from the truth. */
export interface CopyPlan<Copy, Truth> {
  key: CopyKey;
  /**
   * Where the copy lies, if not under a key of its own: its fields are some of a hash that it shares with others. Only for
   * what never changes: to remove one of them from there is not provided for.
   */
  shared?: CopyKey;
  /** Whether memory keeps it; it does unless told. */
  inMemory?: boolean;
  /** Which part of what lies under the key the copy is, if it is not all of it: memory keeps each by itself. */
  part?: string;
  /** Copies that are read with it, in the same command: their values come after its own. For copies that are single values. */
  beside?: readonly CopyKey[];
  /** The longest time that the copy may be served after its load began; asked for once more after `encode`. */
  readonly ttlMs: number;
  /** The fields to read of a copy that is a hash; without them it is a single value. */
  fields?: readonly string[];
  /** What was read, as a copy; null = there is none, or it lacks what is asked for. Never throws. */
  decode(values: readonly (Buffer | null)[]): Copy | null;
  /** A copy that was held in memory for a while, as it is now; null = of no more use. As it was, unless told. */
  recheck?(copy: Copy): Copy | null;
  /** Reads the committed truth: PostgreSQL's primary, outside any open transaction. */
  load(): Promise<Truth>;
  /** What to keep of it; null = nothing. */
  encode(truth: Truth): Content | null;
  /** What memory keeps of a truth of which something is to be kept; unless told, what would be decoded of it. */
  copyOf?(truth: Truth): Copy | null;
  /** Told, after a load whose result was to be kept in Redis, whether it was. */
  stored?(isKept: boolean, truth: Truth): void;
}

/** `L1` = from the memory of this process; `miss` = loaded to be kept; `bypass` = loaded, and kept nowhere. */
export type Found<Copy, Truth> = { copy: Copy; how: 'L1' } | Read<Copy> | Loaded<Truth>;

/** From Redis. */
export interface Read<Copy> {
  copy: Copy;
  how: 'L2';
  /** For how much longer it may be served at most; 0 where nobody asked. */
  ttlMs: number;
  /** Its size as it is written. */
  bytes: number;
}

export interface Loaded<Truth> {
  truth: Truth;
  how: 'miss' | 'bypass';
}
