import { Foundation1763683200000 } from './1763683200000-foundation.js';
import { Coherence1795219200000 } from './1795219200000-coherence.js';
import { MemoryLease1795305600000 } from './1795305600000-memory-lease.js';

/** Every migration of Portcullis, oldest first. A released one is never edited. */
export const migrations = [Foundation1763683200000, Coherence1795219200000, MemoryLease1795305600000];
