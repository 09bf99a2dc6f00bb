import { ServerUnderTest, TcpProxy } from '#testing';
import { ApiClient } from '../../support/api-client.js';
import { Scrape } from '../../support/scrape.js';
import type { Downtime } from './history.js';

/** One server process with a way to Redis of its own, to be ended, paused and started anew. */
export class FaultNode {
  readonly downtimes: Downtime[] = [];
  readonly client = new ApiClient(() => [this.server.url]);
  private isPaused = false;
  private isRunning = true;
  private usesRedis = true;

  private constructor(
    readonly index: number,
    /** To Redis: it can be cut, blocked and slowed down, and lead elsewhere. */
    readonly way: TcpProxy,
    private redisPort: number,
    private readonly settings: Record<string, string>,
    private readonly entry: string | undefined,
    private server: ServerUnderTest,
  ) {}

  static async start(
    index: number,
    redisPort: number,
    shared: Record<string, string>,
    entry?: string,
  ): Promise<FaultNode> {
    const way = await TcpProxy.to('127.0.0.1', redisPort);
    const settings = { ...shared, REDIS__URL: `redis://127.0.0.1:${way.port}` };
    try {
      const server = await ServerUnderTest.start({ ...settings, REDIS__ENABLED: 'true' }, entry);
      return new FaultNode(index, way, redisPort, settings, entry, server);
    } catch (error) {
      await way.close();
      throw error;
    }
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    this.leave();
    await this.server.kill();
  }

  /** Resolves when it has ended by itself, in the midst of what it did. */
  async died(): Promise<void> {
    this.leave();
    await this.server.ended();
  }

  async startAgain(): Promise<void> {
    this.server = await ServerUnderTest.start({ ...this.settings, REDIS__ENABLED: String(this.usesRedis) }, this.entry);
    this.downtimes.at(-1)!.to = performance.now();
    this.isRunning = true;
  }

  /** Ended as by an operator, and started with Redis on or off. */
  async turnRedis(isOn: boolean): Promise<void> {
    this.leave();
    this.usesRedis = isOn;
    await this.server.stop();
    await this.startAgain();
  }

  /** The process stops where it is, unless it is down. */
  pause(): void {
    process.kill(this.server.pid, 'SIGSTOP');
    this.isPaused = true;
  }

  resume(): void {
    if (this.isPaused) process.kill(this.server.pid, 'SIGCONT');
    this.isPaused = false;
  }

  /** From now on the way leads to the Redis on this port, and to no other. */
  lead(redisPort: number): void {
    this.redisPort = redisPort;
    this.way.cut();
    this.way.leadTo(redisPort);
    this.way.mend();
  }

  async heal(redisPort: number): Promise<void> {
    this.resume();
    this.way.delay(0);
    this.way.resume();
    this.way.swallowNoMore();
    this.way.mend();
    if (this.redisPort !== redisPort) this.lead(redisPort);
    if (!this.isRunning) await this.startAgain();
    if (!this.usesRedis) await this.turnRedis(true);
  }

  async isReady(): Promise<boolean> {
    const { checks } = (await (await fetch(`${this.server.url}/health/ready`)).json()) as {
      checks?: { database: string };
    };
    return checks?.database === 'up';
  }

  async trustsRedis(): Promise<boolean> {
    const scrape = await Scrape.of(this.server.url);
    return scrape.value('portcullis_redis_state', { state: 'trusted' }) === 1;
  }

  /** Ends it without a word: its end is no part of what is tested. */
  async stop(): Promise<void> {
    await this.server.kill();
    await this.way.close();
  }

  private leave(): void {
    this.isRunning = false;
    this.downtimes.push({ node: this.index, from: performance.now(), to: Infinity });
  }
}
