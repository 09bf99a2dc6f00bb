import type { HowFound } from './entry-store.js';

/**
 * How a read was served, as it is counted: `negative` is a kept `null` or `undefined`, from
 * wherever; `absent` is what was only looked for, and is not there.
 */
export type ReadCount = HowFound | 'stale' | 'negative' | 'absent';

/** What has happened in one namespace of this process: plain numbers, for a read has no time for more. */
export class NamespaceCounts {
  readonly reads: Record<ReadCount, number> = { miss: 0, bypass: 0, L1: 0, L2: 0, negative: 0, stale: 0, absent: 0 };
  loads = 0;
  loadErrors = 0;
  loadMs = 0;
  timeouts = 0;
  fillsRefused = 0;
  bytesRead = 0;
  bytesStored = 0;
}

/** The same for programs. */
export interface NamespaceStatistics {
  /** Served from a cache, `null` and `undefined` included, and not stale. */
  hits: number;
  /** Loaded, or not there. */
  misses: number;
  /** Served although expired, because the load failed or took long. */
  staleServed: number;
  reads: Readonly<Record<ReadCount, number>>;
  /** Calls of a loader, refreshes in the background included; one for many ids counts once. */
  loads: number;
  loadErrors: number;
  loadSeconds: number;
  /** Waits for a load that were given up. */
  timeouts: number;
  /** Loaded values that were not kept, for they were deleted or changed meanwhile, or the load took too long. */
  fillsRefused: number;
  /** Of entries, as they lie in the cache. */
  bytesRead: number;
  bytesStored: number;
}

export function statisticsOf(counts: NamespaceCounts): NamespaceStatistics {
  const { reads, loads, loadErrors, loadMs, timeouts, fillsRefused, bytesRead, bytesStored } = counts;
  return {
    hits: reads.L1 + reads.L2 + reads.negative,
    misses: reads.miss + reads.bypass + reads.absent,
    staleServed: reads.stale,
    reads: { ...reads },
    loads,
    loadErrors,
    loadSeconds: loadMs / 1_000,
    timeouts,
    fillsRefused,
    bytesRead,
    bytesStored,
  };
}
