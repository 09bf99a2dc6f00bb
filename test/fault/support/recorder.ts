import type { Answer, CallOptions } from '../../support/api-client.js';
import type { FaultNode } from './fault-node.js';
import { type Call, HUNG_MS } from './history.js';

/** What is known of a call before it is made. */
export type Plan = Pick<Call, 'what' | 'user' | 'uses' | 'ends' | 'endsAll'> &
  Pick<CallOptions, 'token' | 'body'> & { method: string; path: string };

/** Makes calls and writes down what came of them. */
export class Recorder {
  readonly calls: Call[] = [];

  /** Null when no answer has come: the connection was lost, or it has taken too long. */
  async call<Body>(node: FaultNode, plan: Plan): Promise<(Answer<Body> & { call: Call }) | null> {
    const { method, path, token, body, ...known } = plan;
    const call: Call = { ...known, node: node.index, startedAt: performance.now(), endedAt: Infinity, status: 0 };
    this.calls.push(call);
    const answer = await unlessHung(node.client.call<Body>(method, path, { token, body }).catch(unlessLost));
    call.endedAt = performance.now();
    call.status = answer?.status ?? 0;
    return answer && { ...answer, call };
  }
}

/** What `fetch` throws when the server is gone, before its answer or in the midst of it. */
function unlessLost(error: Error): null {
  if (error.message === 'fetch failed' || error.message === 'terminated') return null;
  throw error;
}

async function unlessHung<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), HUNG_MS + 1);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
