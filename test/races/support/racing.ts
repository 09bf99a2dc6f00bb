import type { CoherenceOptions } from '#coherence';

/** A write waits out the lease of a new epoch, so it is short; what a busy machine is taken for costs no answer. */
export const RACING: CoherenceOptions = { fenceLeaseMs: 1_000, handoverMs: 5_000, databaseGraceMs: 0 };
