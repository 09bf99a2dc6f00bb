import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export const CONNECTIONS = 64;
/** Each connection asks this often at most, so that the load does not depend on how fast it is answered. */
export const PACE_MS = 160;
/** One connection in so many writes, the others read: a write that has to wait holds up no read. */
const WRITER_EVERY = 8;
/** One write in so many ends a session, the others change a profile. */
const END_EVERY = 3;
const HUNG_MS = 20_000;

/** Somebody who is logged in. */
export interface Account {
  userId: string;
  accessToken: string;
}

/** One request, and how it went. */
export interface Call {
  kind: 'read' | 'write';
  connection: number;
  server: number;
  startedAt: number;
  tookMs: number;
  /** null = there was no answer. */
  status: number | null;
  cacheStatus: string | undefined;
}

interface Request {
  method: string;
  path: string;
  body?: object;
}

/** 64 connections to the servers in turn, most of which read, at a steady pace, until they are told to stop. */
export class PacedLoad {
  readonly calls: Call[] = [];
  private isOver = false;
  private readonly running: Promise<unknown>;
  private changes = 0;

  /** @param newSession starts one more session of the user, to be ended */
  constructor(
    private readonly urls: readonly string[],
    private readonly accounts: readonly Account[],
    private readonly newSession: (userId: string) => Promise<string>,
  ) {
    this.running = Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => this.run(connection)));
    this.running.catch(() => undefined); // `stop` says so
  }

  /** Resolves when the last answer is there. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async run(connection: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let due = performance.now() + (PACE_MS * connection) / CONNECTIONS;
    for (let turn = 0; !this.isOver; turn++) {
      await pause(Math.max(0, due - performance.now()));
      if (connection % WRITER_EVERY === 0) await this.write(agent, connection, turn);
      else await this.read(agent, connection, turn);
      // Who has waited long keeps to its own beat, or those who waited together would ask in step from then on.
      due += PACE_MS * Math.max(1, Math.ceil((performance.now() - due) / PACE_MS));
    }
    agent.destroy();
  }

  private async read(agent: Agent, connection: number, turn: number): Promise<void> {
    const path = turn % 2 === 0 ? '/v1/profile' : '/v1/auth/session';
    await this.call('read', agent, connection, this.accounts[connection]!, { method: 'GET', path });
  }

  private async write(agent: Agent, connection: number, turn: number): Promise<void> {
    const account = this.accounts[++this.changes % this.accounts.length]!;
    const what =
      turn % END_EVERY === 0
        ? { method: 'DELETE', path: `/v1/sessions/${await this.newSession(account.userId)}` }
        : { method: 'PATCH', path: '/v1/profile', body: { bio: `Change ${this.changes}` } };
    await this.call('write', agent, connection, account, what);
  }

  private async call(
    kind: Call['kind'],
    agent: Agent,
    connection: number,
    { accessToken }: Account,
    what: Request,
  ): Promise<void> {
    const server = connection % this.urls.length;
    const startedAt = performance.now();
    const answer = await send(agent, this.urls[server]!, accessToken, what).catch(() => null);
    const tookMs = performance.now() - startedAt;
    const cacheStatus = answer?.headers['cache-status'] as string | undefined;
    this.calls.push({ kind, connection, server, startedAt, tookMs, status: answer?.statusCode ?? null, cacheStatus });
  }
}

/** Resolves when the whole answer has arrived. */
function send(agent: Agent, url: string, token: string, { method, path, body }: Request): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    request(url + path, { method, headers, agent, signal: AbortSignal.timeout(HUNG_MS) }, (answer) => {
      answer
        .resume()
        .on('end', () => resolve(answer))
        .on('error', reject);
    })
      .on('error', reject)
      .end(body && JSON.stringify(body));
  });
}
