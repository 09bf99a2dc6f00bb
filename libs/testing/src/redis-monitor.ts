import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { type RedisAddress } from './redis-command.js';

/** Watches what a server is asked, by whomever but itself, until it is stopped or the server dies. */
export class RedisMonitor {
  /** As MONITOR shows them, such as `1700000000.000000 [0 127.0.0.1:50000] "get" "\x00key"`. */
  readonly lines: string[] = [];
  private readonly waiting: ((reply: string) => void)[] = [];

  private readonly self: string;

  private constructor(private readonly socket: Socket) {
    this.self = `${socket.localAddress}:${socket.localPort}`;
    socket.on('error', () => undefined);
    createInterface({ input: socket })
      .on('line', (line) => this.read(line))
      .once('close', () => this.answerAll('-the connection is closed'));
  }

  /** Resolves when the server has begun to show. */
  static async start(address: RedisAddress): Promise<RedisMonitor> {
    const monitor = new RedisMonitor(await connected(address));
    const password = decodeURIComponent(new URL(address.url).password);
    const replies = [password && (await monitor.ask('AUTH', password)), await monitor.ask('MONITOR')];
    const refusal = replies.find((reply) => reply.startsWith('-'));
    if (refusal) throw new Error(`The server is not to be monitored: ${refusal.slice(1)}`);
    return monitor;
  }

  /** Resolves when `lines` holds all that the server has been asked so far, and also when the server is dead. */
  async settled(): Promise<void> {
    if (this.socket.readable) await this.ask('PING');
  }

  /** Sees the last of it and ends; `lines` stay. */
  async stop(): Promise<void> {
    await this.settled();
    this.socket.destroy();
  }

  private ask(...parts: string[]): Promise<string> {
    const bulks = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
    this.socket.write(`*${parts.length}\r\n${bulks.join('')}`);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private read(line: string): void {
    const [, source] = /^\+[\d.]+ \[\d+ (\S+)\] /.exec(line) ?? [];
    if (source === undefined) this.waiting.shift()?.(line);
    else if (source !== this.self) this.lines.push(line.slice(1));
  }

  private answerAll(reply: string): void {
    for (const answer of this.waiting.splice(0)) answer(reply);
  }
}

async function connected({ url, caFile }: RedisAddress): Promise<Socket> {
  const { hostname: host, port } = new URL(url);
  const to = { host, port: Number(port) };
  const socket = caFile === null ? connect(to) : connectTls({ ...to, ca: await readFile(caFile) });
  await once(socket, caFile === null ? 'connect' : 'secureConnect');
  return socket;
}
