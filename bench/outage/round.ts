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
  of: (round: Round) => number;
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
    of: ({ lost, back }) => failures([...lost.calls, ...back.calls]),
  },
  ...(['lost', 'back'] as const).flatMap((phase): Measure[] => [
    { name: `${phase}: slowest read, ms more than with Redis off`, bar: ADDED_MS, of: longer('read', phase) },
    { name: `${phase}: slow reads, most on one connection`, bar: 1, of: waits('read', phase) },
    {
      name: `${phase}: slowest write, ms more than with Redis off`,
      bar: LEASE_MS + HAND_OVER_MS + ADDED_MS,
      of: longer('write', phase),
    },
    { name: `${phase}: slow writes, most on one connection`, bar: 1, of: waits('write', phase) },
    { name: `${phase}: bumps of the fence`, bar: 1, of: (round) => round[phase].bumps },
  ]),
  { name: 'lost: median write after 2 s, times that with Redis off', bar: 1.2, of: writesWithout },
  { name: 'back: s until no read passes Redis by', bar: FULL_SPEED_MS / 1_000, of: untilInUse },
  { name: 'back: median read after 3 s, times that before', bar: 1.2, of: readsAfterwards },
];

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

/** Of the server where it takes longest: the one that is cut off alone hands its writes over. */
function writesWithout({ lost, off }: Round): number {
  const calls = since(lost, NOTICED_MS);
  const servers = [...new Set(calls.map(({ server }) => server))];
  const medians = servers.map((each) =>
    median(
      'write',
      calls.filter(({ server }) => server === each),
    ),
  );
  return Math.max(...medians) / median('write', off);
}

function untilInUse({ back }: Round): number {
  const past = back.calls.filter(({ cacheStatus }) => cacheStatus?.endsWith('bypass'));
  return Math.max(0, ...past.map(({ startedAt }) => startedAt - back.from)) / 1_000;
}

function readsAfterwards({ back, well }: Round): number {
  return median('read', since(back, FULL_SPEED_MS)) / median('read', well);
}

function median(kind: Kind, calls: Call[]): number {
  return quantile(0.5, ofKind(kind, calls));
}

function since({ from, calls }: Phase, ms: number): Call[] {
  return calls.filter(({ startedAt }) => startedAt >= from + ms);
}
