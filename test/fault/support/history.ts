/** A call as its client saw it; times are milliseconds of one monotonic clock. */
export interface Call {
  what: string;
  node: number;
  startedAt: number;
  /** When the answer had come, or was given up; Infinity = neither yet. */
  endedAt: number;
  /** Of the answer; 0 = the connection was lost, or the client gave up. */
  status: number;
  /** The session that it was made with: 401 refuses it. */
  uses?: string;
  /** The session that it was to end: 204 says that it has ended, 404 that it had. */
  ends?: string;
  user: string;
  /** The version of the profile that was answered to a write, to a read. */
  wrote?: number;
  saw?: number;
}

/** A time in which a node was not there, on purpose. */
export interface Downtime {
  node: number;
  from: number;
  to: number;
}

export const HUNG_MS = 5_000;
const EXPECTED = [200, 201, 204, 401, 404];

const isAccepted = ({ status }: Call) => status >= 200 && status < 300;

/**
 * What none of these calls may have met, one line each: a read that began after a write was acknowledged and saw an older
 * version (stale); a session accepted by a call that began after its end was acknowledged (undead); a session refused that
 * nobody had begun to end (lost); an answer that is a failure, unless the node was down; no answer in 5 s (hung).
 */
export function mistakesIn(calls: readonly Call[], downtimes: readonly Downtime[] = []): string[] {
  return [
    ...staleReads(calls),
    ...undeadSessions(calls),
    ...lostSessions(calls),
    ...calls.filter((call) => isFailure(call) && !isExcused(call, downtimes)).map((call) => tell('failed', call)),
    ...calls.filter(({ startedAt, endedAt }) => endedAt - startedAt > HUNG_MS).map((call) => tell('hung', call)),
  ];
}

function staleReads(calls: readonly Call[]): string[] {
  const writes = bySubject(calls, (call) => (call.wrote === undefined ? undefined : call.user));
  return calls.flatMap((read) => {
    if (read.saw === undefined) return [];
    const missed = writes.get(read.user)?.find((write) => write.endedAt < read.startedAt && write.wrote! > read.saw!);
    return missed ? [tell(`stale: saw ${read.saw}`, read, `${missed.wrote} acknowledged`, missed)] : [];
  });
}

function undeadSessions(calls: readonly Call[]): string[] {
  const ends = bySubject(calls, (call) => ([204, 404].includes(call.status) ? call.ends : undefined));
  return calls.flatMap((use) => {
    if (use.uses === undefined || !isAccepted(use)) return [];
    const end = ends.get(use.uses)?.find(({ endedAt }) => endedAt < use.startedAt);
    return end ? [tell('undead', use, 'end acknowledged', end)] : [];
  });
}

function lostSessions(calls: readonly Call[]): string[] {
  const ends = bySubject(calls, ({ ends }) => ends);
  return calls.flatMap((call) => {
    const refused = call.status === 401 ? call.uses : call.status === 404 ? call.ends : undefined;
    if (refused === undefined) return [];
    const hasBegun = ends.get(refused)?.some((end) => end !== call && end.startedAt < call.endedAt);
    return hasBegun ? [] : [tell('lost', call)];
  });
}

function isFailure({ status, endedAt }: Call): boolean {
  return endedAt < Infinity && !EXPECTED.includes(status);
}

function isExcused(call: Call, downtimes: readonly Downtime[]): boolean {
  return downtimes.some(({ node, from, to }) => node === call.node && from < call.endedAt && to > call.startedAt);
}

/** The calls about each subject, in the order in which they ended. */
function bySubject(calls: readonly Call[], subjectOf: (call: Call) => string | undefined): Map<string, Call[]> {
  const found = new Map<string, Call[]>();
  for (const call of [...calls].sort((one, other) => one.endedAt - other.endedAt)) {
    const subject = subjectOf(call);
    if (subject !== undefined) found.set(subject, [...(found.get(subject) ?? []), call]);
  }
  return found;
}

function tell(mistake: string, call: Call, why?: string, cause?: Call): string {
  return `${mistake}: ${spell(call)}${cause ? `; ${why}: ${spell(cause)}` : ''}`;
}

function spell({ what, node, startedAt, endedAt, status, uses, ends, user }: Call): string {
  const about = ends ?? uses ?? user;
  return `${what} of ${about} on node ${node}, ${startedAt.toFixed(1)} to ${endedAt.toFixed(1)}: ${status}`;
}
