import type { Call } from './paced-load.js';

/** One outage of Redis under load, and the same load with Redis off. */
export interface Round {
  off: Call[];
  well: Call[];
  /** From when Redis was lost until it was back. */
  lost: Phase;
  /** From when it was back. */
  back: Phase;
}

interface Phase {
  from: number;
  calls: Call[];
  /** Of the fence. */
  bumps: number;
}

type Kind = Call['kind'];

/** Something that is measured of every outage, and what it may be at most. */
interface Measure {
  name: string;
  bar: number;
  of: (rounds: Round[]) => number;
}

const LEASE_MS = 1_000;
const HAND_OVER_MS = 250;
const NOTICED_MS = 2_000;
const FULL_SPEED_MS = 3_000;
const ADDED_MS = 150;
/** Who waits this much longer than anybody did with Redis off has waited because of the outage. */
const WAITED_MS = 50;

export const MEASURES: Measure[] = [
  {
    name: 'answers that were missing or not 2xx',
    bar: 0,
    of: worst(({ lost, back }) => failures([...lost.calls, ...back.calls])),
  },
  ...(['lost', 'back'] as const).flatMap((phase): Measure[] => [
    { name: `${phase}: slowest read, ms more than with Redis off`, bar: ADDED_MS, of: worst(longer('read', phase)) },
    { name: `${phase}: slow reads, most on one connection`, bar: 1, of: worst(waits('read', phase)) },
    {
      name: `${phase}: slowest write, ms more than with Redis off`,
      bar: LEASE_MS + HAND_OVER_MS + ADDED_MS,
      of: worst(longer('write', phase)),
    },
    { name: `${phase}: slow writes, most on one connection`, bar: 1, of: worst(waits('write', phase)) },
    { name: `${phase}: bumps of the fence`, bar: 1, of: worst((round) => round[phase].bumps) },
  ]),
  { name: 'lost: median write after 2 s, times that with Redis off', bar: 1.2, of: writesWithout },
  { name: 'lost: the same on the slowest of the servers', bar: 1.2, of: writesOfTheSlowest },
  { name: 'back: s until no read passes Redis by', bar: FULL_SPEED_MS / 1_000, of: worst(untilInUse) },
  { name: 'back: median read after 3 s, times that before', bar: 1.2, of: readsAfterwards },
];

/** Of several outages the worst counts. */
function worst(of: (round: Round) => number) {
  return (rounds: Round[]) => Math.max(...rounds.map(of));
}

export function ofKind(kind: Kind, calls: Call[]): number[] {
  return calls.filter((call) => call.kind === kind).map(({ tookMs }) => tookMs);
}

export function quantile(part: number, times: number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}

function failures(calls: Call[]): number {
  return calls.filter(({ status }) => status === null || status < 200 || status > 299).length;
}

function longer(kind: Kind, phase: 'lost' | 'back') {
  return (round: Round) => Math.max(...ofKind(kind, round[phase].calls)) - Math.max(...ofKind(kind, round.off));
}

/** How often one connection had to wait. */
function waits(kind: Kind, phase: 'lost' | 'back') {
  return (round: Round) => {
    const limitMs = Math.max(...ofKind(kind, round.off)) + WAITED_MS;
    const slow = round[phase].calls.filter((call) => call.kind === kind && call.tookMs > limitMs);
    const counts = new Map<number, number>();
    for (const { connection } of slow) counts.set(connection, (counts.get(connection) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  };
}

function writesWithout(rounds: Round[]): number {
  const off = rounds.flatMap((round) => round.off);
  return median('write', afterNotice(rounds)) / median('write', off);
}

/** The server that is cut off alone hands its writes over. */
function writesOfTheSlowest(rounds: Round[]): number {
  const calls = afterNotice(rounds);
  const servers = [...new Set(calls.map(({ server }) => server))];
  const of = (server: number) => calls.filter((call) => call.server === server);
  const off = rounds.flatMap((round) => round.off);
  return Math.max(...servers.map((server) => median('write', of(server)))) / median('write', off);
}

function afterNotice(rounds: Round[]): Call[] {
  return rounds.flatMap(({ lost }) => since(lost, NOTICED_MS));
}

function untilInUse({ back }: Round): number {
  const past = back.calls.filter(({ cacheStatus }) => cacheStatus?.endsWith('bypass'));
  return Math.max(0, ...past.map(({ startedAt }) => startedAt - back.from)) / 1_000;
}

function readsAfterwards(rounds: Round[]): number {
  const after = rounds.flatMap(({ back }) => since(back, FULL_SPEED_MS));
  const before = rounds.flatMap(({ well }) => well);
  return median('read', after) / median('read', before);
}

function median(kind: Kind, calls: Call[]): number {
  return quantile(0.5, ofKind(kind, calls));
}

function since({ from, calls }: Phase, ms: number): Call[] {
  return calls.filter(({ startedAt }) => startedAt >= from + ms);
}
