import { Counter, Gauge, Histogram } from 'prom-client';

export const fenceBumps = new Counter({
  name: 'portcullis_fence_bumps_total',
  help: 'Times that this process made all nodes abandon what Redis held, to trust another Redis or none.',
  labelNames: ['to'],
});
for (const to of ['redis', 'none']) fenceBumps.inc({ to }, 0);

const fences = new Set<{ ageMs: number | null }>();

new Gauge({
  name: 'portcullis_fence_age_seconds',
  help: 'Time since the last good reading of the fence was sent; with Redis on it stays below the fence lease.',
  collect() {
    for (const { ageMs } of fences) if (ageMs !== null) this.set(ageMs / 1_000);
  },
});

/** Has the age of this fence collected, until the function that it returns is called. */
export function watchFence(fence: { ageMs: number | null }): () => void {
  fences.add(fence);
  return () => fences.delete(fence);
}

/** What is known of the copies in memory. */
interface WatchedMemory {
  entries: number;
  bytes: number;
  isListening: boolean;
}

const memories = new Set<WatchedMemory>();

/** Has this memory counted, until the function that it returns is called. */
export function watchMemory(memory: WatchedMemory): () => void {
  memories.add(memory);
  return () => memories.delete(memory);
}

const sum = (of: (memory: WatchedMemory) => number) => [...memories].reduce((total, memory) => total + of(memory), 0);

new Gauge({
  name: 'portcullis_memory_copies',
  help: 'Copies in the memory of this process, by their keys.',
  collect() {
    this.set(sum(({ entries }) => entries));
  },
});

new Gauge({
  name: 'portcullis_memory_bytes',
  help: 'Size of the copies in the memory of this process, as they are written.',
  collect() {
    this.set(sum(({ bytes }) => bytes));
  },
});

new Gauge({
  name: 'portcullis_memory_listening',
  help: '1 while this process hears which copies are no longer true; 0 = it serves nothing from memory.',
  collect() {
    this.set(sum(({ isListening }) => Number(isListening)));
  },
});

export const redisState = new Gauge({
  name: 'portcullis_redis_state',
  help: '1 for the state that Redis is in for this process: off, connecting, verifying, trusted or distrusted.',
  labelNames: ['state'],
});

export const outboxLength = new Gauge({
  name: 'portcullis_outbox_length',
  help: 'Committed changes of more than a second ago whose copies are yet to be removed, as last seen by the relay; 100 = 100 or more.',
});

export const outboxOldestAge = new Gauge({
  name: 'portcullis_outbox_oldest_age_seconds',
  help: 'Age of the oldest of them; 0 = there is none.',
});

const loadDuration = new Histogram({
  name: 'portcullis_load_duration_seconds',
  help: 'Time that a load of the truth for a copy took, by the kind of copy.',
  labelNames: ['what'],
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

/** Carries out the load and counts its time, whether it fails or not. */
export async function measureLoad<T>({ key, load }: { key: string; load: () => Promise<T> }): Promise<T> {
  const stop = loadDuration.startTimer({ what: key.slice(0, key.indexOf(':{')) });
  try {
    return await load();
  } finally {
    stop();
  }
}
