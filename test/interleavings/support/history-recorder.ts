import { DatabaseUnavailable } from '#database';
import { InvalidRefreshToken } from '../../../libs/sessions/src/sessions.errors.js';
import { type Call, type Downtime, mistakesIn } from '../../fault/support/history.js';
import { Caller, callers } from './caller.js';

type About = Pick<Call, 'what' | 'node' | 'user'> & Partial<Call>;
/** Status and whatever else the answer tells. */
type Answer = Pick<Call, 'status'> & Partial<Call>;

/** Writes operations down as calls of clients; the clock counts what has been written down. */
export class HistoryRecorder {
  private readonly calls: Call[] = [];
  private readonly dead: Call[] = [];
  private time = 0;

  /** Resolves when it has been answered, or its process has died. */
  async record(about: About, canDie: boolean, operation: () => Promise<Answer>): Promise<Call> {
    const call: Call = { startedAt: ++this.time, endedAt: Infinity, status: 0, ...about };
    this.calls.push(call);
    const caller = new Caller(canDie);
    const answer = await Promise.race([callers.run(caller, () => operation().catch(failure)), caller.died]);
    if (!answer) this.dead.push(call);
    return Object.assign(call, answer, { endedAt: ++this.time });
  }

  get mistakes(): string[] {
    const downtimes: Downtime[] = this.dead.map(({ node, startedAt, endedAt }) => ({
      node,
      from: startedAt,
      to: endedAt,
    }));
    return mistakesIn(this.calls, downtimes);
  }
}

function failure(error: unknown): Answer {
  if (error instanceof InvalidRefreshToken) return { status: 401 };
  if (error instanceof DatabaseUnavailable) return { status: 503 };
  throw error;
}
