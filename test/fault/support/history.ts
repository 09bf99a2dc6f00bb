/** A call as its client saw it; times are milliseconds of one monotonic clock. */
export interface Call {
  what: string;
  node: number;
  startedAt: number;
  /** When the answer had come, or was given up; Infinity = neither yet. */
  endedAt: number;
  /** Of the answer; 0 = the connection was lost, or the client gave up. */
  status: number;
  user: string;
  /** The session and the password that it was made with: 2xx accepts them, 401 refuses one of them. */
  uses?: readonly string[];
  /** The sessions and passwords, known before, that it was to end: 2xx says that they have ended, 404 that they had. */
  ends?: readonly string[];
  /** It was to end all sessions of the user: those, too, that were being started meanwhile. */
  endsAll?: boolean;
  /** The session that was answered. */
  starts?: string;
  /** The sessions that were listed. */
  shows?: readonly string[];
  /** Those that were not, though they lived as far as the client knew when it asked. */
  lacks?: readonly string[];
  /** The version of the profile that was answered to a write, to a read. */
  wrote?: number;
  saw?: number;
}

/** A time in which a node was not there, or could not answer well, on purpose. */
export interface Downtime {
  node: number;
  from: number;
  to: number;
  /** The failure that is excused; without it, any. */
  answers?: number;
}

export const HUNG_MS = 5_000;
const EXPECTED = [200, 201, 204, 401, 404];

const isAccepted = ({ status }: Call) => status >= 200 && status < 300;

/**
 * What none of these calls may have met, one line each: a read that began after a write was acknowledged and saw an older
 * version (stale); a session or password accepted, or a session listed, by a call that began after its end was
 * acknowledged (undead); one refused, or a session not listed, that nobody else had begun to end (lost); an answer that is
 * a failure, unless the node was down; no answer in 5 s (hung).
 */
export function mistakesIn(calls: readonly Call[], downtimes: readonly Downtime[] = []): string[] {
  return [
    ...staleReads(calls),
    ...undead(calls),
    ...lost(calls),
    ...calls.filter((call) => isFailure(call) && !isExcused(call, downtimes)).map((call) => tell('failed', call)),
    ...calls.filter(({ startedAt, endedAt }) => endedAt - startedAt > HUNG_MS).map((call) => tell('hung', call)),
  ];
}

function staleReads(calls: readonly Call[]): string[] {
  const writes = bySubject(calls, ({ wrote, user }) => (wrote === undefined ? [] : [user]));
  return calls.flatMap((read) => {
    if (read.saw === undefined) return [];
    const missed = writes.get(read.user)?.find((write) => write.endedAt < read.startedAt && write.wrote! > read.saw!);
    return missed ? [tell(`stale: saw ${read.saw}`, read, `${missed.wrote} acknowledged`, missed)] : [];
  });
}

function undead(calls: readonly Call[]): string[] {
  const ends = bySubject(calls, (call) => (isAccepted(call) || call.status === 404 ? call.ends : []));
  return calls.flatMap((call) =>
    accepted(call).flatMap((each) => {
      const end = ends.get(each)?.find(({ endedAt }) => endedAt < call.startedAt);
      return end ? [tell(`undead: ${each}`, call, 'end acknowledged', end)] : [];
    }),
  );
}

function accepted(call: Call): readonly string[] {
  return isAccepted(call) ? [...(call.uses ?? []), ...(call.shows ?? [])] : [];
}

function lost(calls: readonly Call[]): string[] {
  const ends = bySubject(calls, ({ ends }) => ends);
  const endsOfAll = bySubject(calls, ({ endsAll, user }) => (endsAll ? [user] : []));
  const starts = bySubject(calls, ({ starts }) => (starts === undefined ? [] : [starts]));
  return calls.flatMap((call) =>
    refusals(call)
      .filter((refused) => !refused.some((each) => mayHaveEnded(each, call)))
      .map((refused) => tell(`lost: ${refused.join(' or ')}`, call)),
  );

  function mayHaveEnded(each: string, refusal: Call): boolean {
    const [start] = starts.get(each) ?? [];
    const ofAll = endsOfAll
      .get(refusal.user)
      ?.filter((end) => start && !end.uses?.includes(each) && mayMeet(end, start));
    const candidates = [...(ends.get(each) ?? []), ...(ofAll ?? [])];
    return candidates.some((end) => end !== refusal && end.startedAt < refusal.endedAt);
  }
}

/** Each refusal as those of which one at least has been refused. */
function refusals({ status, uses, ends, lacks = [] }: Call): readonly (readonly string[])[] {
  if (status === 401) return uses ? [uses] : [];
  if (status === 404) return ends ? [ends] : [];
  return lacks.map((each) => [each]);
}

/** Whether an end of all sessions may have come upon the one that was being started; unanswered, it may come any time. */
function mayMeet(end: Call, start: Call): boolean {
  return end !== start && (end.status === 0 || end.endedAt > start.startedAt);
}

function isFailure({ status, endedAt }: Call): boolean {
  return endedAt < Infinity && !EXPECTED.includes(status);
}

function isExcused(call: Call, downtimes: readonly Downtime[]): boolean {
  return downtimes.some(
    ({ node, from, to, answers = call.status }) =>
      node === call.node && from < call.endedAt && to > call.startedAt && answers === call.status,
  );
}

/** The calls about each subject, in the order in which they ended. */
function bySubject(
  calls: readonly Call[],
  subjectsOf: (call: Call) => readonly string[] | undefined,
): Map<string, Call[]> {
  const found = new Map<string, Call[]>();
  for (const call of [...calls].sort((one, other) => one.endedAt - other.endedAt)) {
    for (const subject of subjectsOf(call) ?? []) found.set(subject, [...(found.get(subject) ?? []), call]);
  }
  return found;
}

function tell(mistake: string, call: Call, why?: string, cause?: Call): string {
  return `${mistake}: ${spell(call)}${cause ? `; ${why}: ${spell(cause)}` : ''}`;
}

function spell({ what, node, startedAt, endedAt, status, user }: Call): string {
  return `${what} of ${user} on node ${node}, ${startedAt.toFixed(1)} to ${endedAt.toFixed(1)}: ${status}`;
}
