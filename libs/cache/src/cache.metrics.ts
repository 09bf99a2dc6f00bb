import { Counter } from 'prom-client';
import type { NamespaceCounts } from './namespace-counts.js';

type CountsByName = ReadonlyMap<string, NamespaceCounts>;
type Add = (labels: Record<string, string>, value: number) => void;

const watched = new Set<CountsByName>();

/** Has these counts collected, added to those of other caches in this process, until the function that it returns is called. */
export function watchCounts(counts: CountsByName): () => void {
  watched.add(counts);
  return () => void watched.delete(counts);
}

/** Added up when they are asked for: to count costs a read no more than an addition. */
function collected(
  name: string,
  help: string,
  label: string | null,
  read: (counts: NamespaceCounts, add: Add) => void,
) {
  new Counter({
    name,
    help,
    labelNames: label === null ? ['namespace'] : ['namespace', label],
    collect() {
      this.reset();
      for (const counts of watched)
        for (const [namespace, each] of counts)
          read(each, (labels, value) => this.inc({ namespace, ...labels }, value));
    },
  });
}

collected(
  'portcullis_cache_reads_total',
  'Reads through the cache by how they were served: L1 = from memory, L2 = from Redis, negative = that there is nothing, from either, miss = loaded to be kept, bypass = loaded, stale = after expiry, because the load failed or took long, absent = not there, and not to be loaded.',
  'served',
  ({ reads }, add) => {
    for (const [served, count] of Object.entries(reads)) add({ served }, count);
  },
);
collected('portcullis_cache_loads_total', 'Calls of the loaders by how they ended.', 'result', (counts, add) => {
  add({ result: 'success' }, counts.loads - counts.loadErrors);
  add({ result: 'error' }, counts.loadErrors);
});
collected('portcullis_cache_load_seconds_total', 'Time that the loaders took.', null, ({ loadMs }, add) =>
  add({}, loadMs / 1_000),
);
collected('portcullis_cache_timeouts_total', 'Waits for a load that were given up.', null, ({ timeouts }, add) =>
  add({}, timeouts),
);
collected(
  'portcullis_cache_fills_refused_total',
  'Loaded values that were not kept, for they were deleted or changed meanwhile, or the load took too long.',
  null,
  ({ fillsRefused }, add) => add({}, fillsRefused),
);
collected('portcullis_cache_bytes_total', 'Bytes of entries read and stored.', 'direction', (counts, add) => {
  add({ direction: 'read' }, counts.bytesRead);
  add({ direction: 'stored' }, counts.bytesStored);
});
