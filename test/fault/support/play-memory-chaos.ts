import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Acknowledged, NodeProcess } from '#testing';
import { seededRandom } from '../../support/seeded-random.js';
import { until } from '../../support/until.js';
import { DISTURBANCES, MemoryReader, type StaleRead } from './memory-chaos.js';
import { Tally } from './tally.js';

const LEASE_MS = 100;
const NUMBERS = 8;
const LONGEST_MS = 400;
/** At times a process stands still for as long as this. */
const LONG_MS = 2_000;
const LONG_ONE_IN = 15;

export interface MemoryChaos {
  seed: number;
  /** Ends when so many reads have been answered, and each disturbance was played. */
  reads: number;
  /** Ends before that when one of the reads was stale. */
  endsWithStale?: boolean;
  /** More that befalls, by its name; each takes its time and leaves all as it was. */
  more?: Record<string, () => Promise<void>>;
}

export interface Played {
  reads: number;
  writes: number;
  served: Tally;
  disturbances: Tally;
  stale: StaleRead[];
}

/** One process writes, another reads from memory, and the ways of the reader are disturbed at random all the time. */
export async function playMemoryChaos(
  url: string,
  { seed, reads, endsWithStale = false, more = {} }: MemoryChaos,
): Promise<Played> {
  const ids = await makeNumbers(url);
  const writer = NodeProcess.start<Acknowledged>('write-numbers', [url, String(LEASE_MS), ...ids]);
  const acknowledged: Acknowledged[] = [];
  writer.onMessage((each) => acknowledged.push(each));
  const reader = await MemoryReader.start(url, LEASE_MS, ids);
  try {
    await until(() => acknowledged.length > 0);
    const disturbances = new Tally();
    let isOver = false;
    const reading = reader.readUntil(() => isOver);
    const random = seededRandom(seed);
    let left: [string, (ms: number) => unknown][] = [];
    const isEnough = () => endsWithStale && reader.staleReads(acknowledged).length > 0;
    while ((reader.reads < reads || left.length > 0) && !isEnough()) {
      if (left.length === 0) left = everything(reader, more);
      const [[name, befall]] = left.splice(Math.floor(random() * left.length), 1) as [(typeof left)[number]];
      disturbances.count(name);
      await befall(random() < 1 / LONG_ONE_IN ? LONG_MS : random() * LONGEST_MS);
      await pause(random() * LONGEST_MS);
    }
    isOver = true;
    await reading;
    return {
      reads: reader.reads,
      writes: acknowledged.length,
      served: reader.served,
      disturbances,
      stale: reader.staleReads(acknowledged),
    };
  } finally {
    await Promise.all([reader.stop(), writer.disconnect()]);
  }
}

function everything(reader: MemoryReader, more: Record<string, () => Promise<void>>) {
  return [
    ...Object.entries(DISTURBANCES).map(([name, befall]) => [name, (ms: number) => befall(reader, ms)] as const),
    ...Object.entries(more),
  ] as [string, (ms: number) => unknown][];
}

async function makeNumbers(url: string): Promise<string[]> {
  const ids = Array.from({ length: NUMBERS }, () => randomUUID());
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table numbers (id uuid primary key, value int not null)');
  await client.query('insert into numbers select id, 0 from unnest($1::uuid[]) as id', [ids]);
  await client.end();
  return ids;
}

/** For people. */
export function summaryOf(seed: number, { reads, writes, served, disturbances }: Played): string {
  return `seed ${seed}: ${reads} reads (${served.toString()}), ${writes} writes; ${disturbances.toString()}\n`;
}
