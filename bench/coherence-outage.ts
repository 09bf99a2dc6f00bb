import { setTimeout as pause } from 'node:timers/promises';
import { PostgresUnderTest } from '#testing';
import { BenchFleet } from './outage/bench-fleet.js';
import { type Call, CONNECTIONS, PACE_MS } from './outage/paced-load.js';
import { MEASURES, ofKind, quantile, type Round } from './outage/round.js';

const ROUNDS = 2;
const PHASE_MS = 4_000;

/** What was measured of one fault. */
interface Column {
  name: string;
  rounds: Round[];
}

type Fault = [name: string, begin: (fleet: BenchFleet) => unknown, end: (fleet: BenchFleet) => unknown];
const FAULTS: Fault[] = [
  ['killed', ({ redis }) => redis.kill(), ({ redis }) => redis.restart()],
  ['paused', ({ redis }) => redis.pause(), ({ redis }) => redis.resume()],
  ['cut off', ({ ways }) => ways.forEach((way) => way.cut()), ({ ways }) => ways.forEach((way) => way.mend())],
  ['from one', ({ ways }) => ways[0]!.cut(), ({ ways }) => ways[0]!.mend()],
];

/**
 * `npm run bench:faults`: what an outage of Redis costs those who are at it: 64 connections to three servers, with the
 * defaults, at a steady pace that leaves the machine room, before Redis is killed, paused, or cut off from all servers or
 * from one, while it is away, and when it is back; beside the same load on three servers with Redis off.
 */
async function bench(): Promise<void> {
  const postgres = await PostgresUnderTest.start();
  const on = await BenchFleet.start(postgres, { withRedis: true });
  const off = await BenchFleet.start(postgres, { withRedis: false });
  try {
    await loadFor(PHASE_MS, on);
    await loadFor(PHASE_MS, off);
    const idle = performance.eventLoopUtilization();
    const columns = await measure(on, off);
    const { utilization } = performance.eventLoopUtilization(idle);
    console.log(
      `${CONNECTIONS} connections, each asks every ${PACE_MS} ms; the load itself is ${percent(utilization)} busy`,
    );
    print(columns);
  } finally {
    await Promise.all([on.stop(), off.stop()]);
    await postgres.stop();
  }
}

async function measure(on: BenchFleet, off: BenchFleet): Promise<Column[]> {
  const columns: Column[] = [];
  for (const [name, begin, end] of FAULTS) {
    const rounds: Round[] = [];
    while (rounds.length < ROUNDS) rounds.push(await outage(on, off, begin, end));
    columns.push({ name, rounds });
  }
  return columns;
}

async function outage(on: BenchFleet, off: BenchFleet, begin: Fault[1], end: Fault[2]): Promise<Round> {
  const reference = await loadFor(PHASE_MS, off);
  await on.inUse();
  const load = on.load();
  await pause(PHASE_MS);
  const well = load.calls.splice(0);

  const lost = { from: performance.now(), epoch: await on.epoch() };
  await begin(on);
  await pause(PHASE_MS);
  const back = { from: performance.now(), epoch: await on.epoch() };
  await end(on);
  await pause(PHASE_MS);
  await load.stop();
  return {
    off: reference,
    well,
    lost: {
      from: lost.from,
      calls: load.calls.filter(({ startedAt }) => startedAt < back.from),
      bumps: back.epoch - lost.epoch,
    },
    back: {
      from: back.from,
      calls: load.calls.filter(({ startedAt }) => startedAt >= back.from),
      bumps: (await on.epoch()) - back.epoch,
    },
  };
}

async function loadFor(ms: number, fleet: BenchFleet): Promise<Call[]> {
  const load = fleet.load();
  await pause(ms);
  await load.stop();
  return load.calls;
}

function print(columns: Column[]): void {
  const rounds = columns.flatMap((column) => column.rounds);
  printTimes(
    'Redis off',
    rounds.flatMap((round) => round.off),
  );
  printTimes(
    'Redis on',
    rounds.flatMap(({ well }) => well),
  );
  for (const { name, rounds: some } of columns) {
    printTimes(
      `${name}: lost`,
      some.flatMap(({ lost }) => lost.calls),
    );
    printTimes(
      `${name}: back`,
      some.flatMap(({ back }) => back.calls),
    );
  }
  printTable(columns);
}

function printTimes(name: string, calls: Call[]): void {
  const times = (['read', 'write'] as const).map((kind) => {
    const of = ofKind(kind, calls);
    const at = (part: number) => quantile(part, of).toFixed(1).padStart(6);
    return `${kind}s ${String(of.length).padStart(5)}, median ${at(0.5)} ms  p99 ${at(0.99)}  worst ${at(1)}`;
  });
  console.log(`${name.padEnd(16)}${times.join('    ')}`);
}

/** A star marks what is above the bar. */
function printTable(columns: Column[]): void {
  const row = (name: string, cells: string[]) =>
    console.log(name.padEnd(62) + cells.map((cell) => cell.padStart(10)).join(''));
  row('', [...columns.map(({ name }) => name), 'at most']);
  for (const { name, bar, of } of MEASURES) {
    const found = columns.map(({ rounds }) => of(rounds));
    row(name, [...found.map((value) => short(value) + (value > bar ? '*' : ' ')), `${short(bar)} `]);
  }
}

function short(value: number): string {
  return Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

await bench();
