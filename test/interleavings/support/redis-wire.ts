import type { Command, Redis } from 'ioredis';
import type { Scheduler } from './scheduler.js';

/** One connection: first sent is first carried out, and first answered. */
interface Channel {
  requests: Command[];
  answers: { command: Command; handBack: () => void }[];
}

const RETRY_MS = 100;
const UNDER_WAY = ['connecting', 'connect'];

interface Connector {
  connect: (...how: unknown[]) => Promise<unknown>;
}

/**
 * The wire between the client of a node and Redis: every command is a step on its way there, and its answer another one
 * on its way back. The time limits of the client go on meanwhile, so that a command may be carried out long after its
 * sender has given it up. What is on the wire when the connection is lost is lost with it, or arrives late.
 */
export class RedisWire {
  private channel: Channel = { requests: [], answers: [] };
  private readonly send: (command: Command) => unknown;
  private readonly lanes: readonly string[];
  isGated = true;
  private mayConnect = true;

  constructor(
    private readonly client: Redis,
    private readonly node: string,
    private readonly scheduler: Scheduler,
  ) {
    this.lanes = [node, laneOf(node)];
    this.send = client.sendCommand.bind(client);
    client.sendCommand = (command: Command) => this.accept(command);
    client.options.retryStrategy = () => RETRY_MS;
    this.gateConnecting((client as unknown as { connector: Connector }).connector);
    // It counts real time, and answers are held back here.
    client.options.socketTimeout = undefined;
  }

  /** Whether the client is busy with what is not a step: connecting. */
  get isConnecting(): boolean {
    return this.mayConnect && UNDER_WAY.includes(this.client.status);
  }

  get port(): number {
    return this.client.options.port!;
  }

  /** Ends the connection; the next one leads to the port. Of what is on its way, `late` carries out what it takes. */
  async lose(port: number, late: (command: Command) => boolean): Promise<void> {
    const { requests, answers } = this.channel;
    this.channel = { requests: [], answers: [] };
    this.client.options.port = port;
    if (this.client.status === 'ready') {
      this.client.stream.destroy();
      while (this.client.status === 'ready') await new Promise(setImmediate);
    }
    for (const command of [...requests, ...answers.map((answer) => answer.command)]) {
      command.reject(new Error('Connection is closed.'));
    }
    for (const command of requests) if (!late(command)) return; // the wire is cut there
  }

  /** To connect is a step, too: in which order two nodes do would be a matter of luck. */
  private gateConnecting(connector: Connector): void {
    const connect = connector.connect.bind(connector);
    connector.connect = (...how) =>
      new Promise((resolve) => {
        const carryOut = () => {
          this.mayConnect = true;
          resolve(connect(...how));
        };
        this.mayConnect = false;
        this.scheduler.add({ name: `${this.node} connects to Redis`, lanes: this.lanes, carryOut });
      });
  }

  private accept(command: Command): unknown {
    if (!this.isGated || this.client.status !== 'ready') return this.send(command);
    command.setTimeout(this.client.options.commandTimeout!);
    const { requests } = this.channel;
    requests.push(command);
    if (requests.length === 1) this.offerRequest(this.channel);
    return command.promise;
  }

  private offerRequest(channel: Channel): void {
    const name = channel.requests[0]!.name;
    this.offer(channel, `${this.node} to Redis: ${name}`, async () => {
      const wasEmpty = channel.answers.length === 0;
      do {
        const handBack = await this.carryOut(channel.requests[0]!);
        channel.answers.push({ command: channel.requests.shift()!, handBack });
      } while (isLook(name) && isLook(channel.requests[0]?.name));
      if (wasEmpty) this.offerAnswer(channel);
      if (channel.requests.length > 0) this.offerRequest(channel);
    });
  }

  private offerAnswer(channel: Channel): void {
    const { name } = channel.answers[0]!.command;
    this.offer(channel, `Redis to ${this.node}: ${name}`, () => {
      do channel.answers.shift()!.handBack();
      while (isLook(name) && isLook(channel.answers[0]?.command.name));
      if (channel.answers.length > 0) this.offerAnswer(channel);
      return Promise.resolve();
    });
  }

  private offer(channel: Channel, name: string, carryOut: () => Promise<void>): void {
    const unlessLost = () => (channel === this.channel ? carryOut() : undefined);
    this.scheduler.add({ name, lanes: this.lanes, carryOut: unlessLost });
  }

  /** Resolves when Redis has answered, with what tells the sender so. */
  private carryOut(command: Command): Promise<() => void> {
    const { resolve, reject } = command;
    return new Promise((answered) => {
      const restoring = (handBack: () => void) => {
        Object.assign(command, { resolve, reject });
        answered(handBack);
      };
      command.resolve = (value) => restoring(() => resolve(value));
      command.reject = (error) => restoring(() => reject(error));
      this.send(command);
    });
  }
}

/** What asks the server who it is travels together: to part it would be steps without a difference. */
function isLook(name: string | undefined): boolean {
  return name === 'info' || name === 'ping';
}

/** Closed, it lets nothing pass between the node and Redis. */
export function laneOf(node: string): string {
  return `${node} to Redis`;
}
