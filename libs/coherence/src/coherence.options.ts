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
}

/** The token under which the lib's own providers are told the options. */
export const COHERENCE_OPTIONS = Symbol('COHERENCE_OPTIONS');
