import type { MemoryBounds } from './memory-copies.js';

/** What CoherenceModule must be told. */
export interface CoherenceOptions {
  /**
   * How long a node may use Redis without having asked PostgreSQL whether it still may. The longest of all nodes is what
   * a write waits for, at most, after Redis has been lost or replaced.
   */
  fenceLeaseMs: number;
  /** How long a node that cannot reach Redis waits for another to remove copies, before it has all nodes abandon them. */
  handoverMs: number;
  /**
   * How long after the lease Redis is still used when PostgreSQL is gone: its connection lost, and nobody there to open
   * another. 0 = not at all.
   */
  databaseGraceMs: number;
  /** Copies in the memory of this process; absent = none. */
  memory?: MemoryOptions | null;
}

export interface MemoryOptions extends MemoryBounds {
  /**
   * How long, in milliseconds, a copy may be served from memory without having heard from PostgreSQL that all announced
   * until then has arrived. Every write waits as long as the longest of all nodes. null = no other process uses the
   * database, so that what is announced has been heard at once, and nobody waits.
   */
  leaseMs: number | null;
}

/** The token under which the lib's own providers are told the options. */
export const COHERENCE_OPTIONS = Symbol('COHERENCE_OPTIONS');
