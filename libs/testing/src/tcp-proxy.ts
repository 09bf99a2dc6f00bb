import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What clients send, or what they are answered. */
export type Direction = 'commands' | 'answers';

/** A way to a server that can be cut, blocked and slowed down, while the server itself knows nothing of it. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private delayMs = 0;
  private swallowed: Direction | null = null;
  private stalled: { over: Promise<void>; end: () => void } | undefined;

  private constructor(
    private readonly server: Server,
    private target: { host: string; port: number },
  ) {
    server.on('connection', (socket) => this.lead(socket));
  }

  static async to(host: string, port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1'), { host, port });
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection, and each new one at once. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  /** Breaks off every connection (RST), and whatever is under way on it is lost; new ones are accepted. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Half-open: connections stay and new ones are accepted, but all that is sent one way vanishes; the other way passes. */
  swallow(direction: Direction): void {
    this.swallowed = direction;
  }

  /** Ends `swallow`, and the connections with it: nobody could make sense of the rest of them. */
  swallowNoMore(): void {
    if (this.swallowed !== null) this.reset();
    this.swallowed = null;
  }

  /** From now on new connections lead elsewhere, as after a fail-over. */
  leadTo(port: number): void {
    this.target = { ...this.target, port };
  }

  /** Connections stay and new ones are accepted, but nothing passes, nor the news that a side has ended. */
  stall(): void {
    if (this.stalled) return;
    let end = () => undefined as void;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.stalled = { over, end };
  }

  /** Passes on what was sent since `stall`, and all that follows. */
  resume(): void {
    this.stalled?.end();
    this.stalled = undefined;
  }

  /** From now on all that is sent, either way, arrives that much later; 0 ends it. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private lead(client: Socket): void {
    if (this.isCut) return void client.destroy();
    const server = connect({ ...this.target, allowHalfOpen: true });
    this.carry(client, server, 'commands');
    this.carry(server, client, 'answers');
  }

  private carry(from: Socket, to: Socket, direction: Direction): void {
    this.sockets.add(from);
    let earlier = Promise.resolve();
    const then = (act: () => void) => {
      const sentAt = performance.now();
      earlier = earlier.then(() => this.passage(sentAt)).then(act);
    };
    from
      .on('error', () => undefined)
      .on('data', (bytes) => this.swallowed === direction || then(() => to.write(bytes)))
      .on('end', () => then(() => to.end()))
      .on('close', () => {
        this.sockets.delete(from);
        then(() => to.destroy());
      });
  }

  private async passage(sentAt: number): Promise<void> {
    const early = sentAt + this.delayMs - performance.now();
    if (early > 0) await pause(early);
    await this.stalled?.over;
  }
}
