import { AsyncResource } from 'node:async_hooks';
import { randomInt } from 'node:crypto';
import { Redis } from 'ioredis';
import { Breaker } from './breaker.js';
import { clientSettings } from './client-settings.js';
import { RedisUnavailable, reasonOf } from './redis.errors.js';
import { commandFailures } from './redis.metrics.js';
import type { RedisOptions } from './redis.options.js';
import { readServerFacts, type ServerFacts } from './server-facts.js';

const PROBE_EVERY_MS = 200;
const START_AGAIN_AFTER_MS = 500;

/**
 * The one client of the process, or none. It says at once whether Redis can be asked; a command to a Redis known to be
 * down fails without being sent, so that no request waits for it. Connecting again is tried for ever.
 */
export class RedisConnection {
  private readonly client: Redis | null;
  private readonly breaker: Breaker;
  private readonly listeners = new Set<() => void>();
  private connections = 0;
  private isClosed = false;
  private readonly asksSentinels: boolean;
  private lastFailure = 'it has not answered yet';

  /** @param options null = Redis is off: never up, never asked */
  constructor(options: RedisOptions | null, random = () => randomInt(1_000) / 1_000) {
    this.client = options && new Redis(clientSettings(options, random));
    this.asksSentinels = (options?.sentinels.length ?? 0) > 0;
    this.breaker = new Breaker(
      () => this.client!.ping(),
      PROBE_EVERY_MS,
      () => this.tell(),
    );
    this.client
      ?.on('error', (error: Error) => this.failed(error))
      .on('ready', () => this.connected())
      .on('close', () => this.tell())
      .on('end', () => this.startAgain());
  }

  get isOff(): boolean {
    return this.client === null;
  }

  /** Whether a command would be sent. */
  get isUp(): boolean {
    return this.client?.status === 'ready' && !this.breaker.isOpen && !this.isClosed;
  }

  /** Counts the connections: what was learnt of the server behind one says nothing of the next. */
  get generation(): number {
    return this.connections;
  }

  /** Why Redis was not available the last time that it was not. */
  get failure(): string {
    return this.lastFailure;
  }

  /** Calls back after every change of `isUp` or `generation`. */
  onChange(listener: () => void): void {
    this.listeners.add(AsyncResource.bind(listener)); // not within the request that happened to notice
  }

  /** Connects for the first time; resolves when that has succeeded or failed, and never rejects. */
  async open(): Promise<void> {
    const { client } = this;
    if (!client) return;
    // Sentinels are asked until one answers: then it is only by an event that the first attempt is known to have failed.
    const failed = new Promise((resolve) => client.once('error', resolve));
    await Promise.race([client.connect().catch(() => undefined), failed]);
  }

  /**
   * Carries out commands. Throws {@link RedisUnavailable}: at once when Redis is known to be down, otherwise after the
   * command timeout at most. A command that got no answer may still be carried out later.
   */
  async run<T>(commands: (redis: Redis) => Promise<T>): Promise<T> {
    if (!this.client || !this.isUp) throw new RedisUnavailable(this.lastFailure);
    try {
      this.sendTogether(this.client);
      return await commands(this.client);
    } catch (error) {
      commandFailures.inc();
      if (!isReply(error)) this.trip(error as Error);
      throw new RedisUnavailable(reasonOf(error as Error), { cause: error });
    }
  }

  /** As far as the account may know them. Throws {@link RedisUnavailable}. */
  facts(): Promise<ServerFacts> {
    return this.run(async (redis) => {
      // One section at a time: before 7.0, that of a Redis which is to be refused, there was no other way.
      // A Redis that is still loading its data does not answer the PING, but does tell its facts.
      const sections = [infoOf(redis, 'server'), infoOf(redis, 'replication'), redis.ping().then(() => '')];
      return readServerFacts((await Promise.all(sections)).join('\r\n'));
    });
  }

  /** For a master that has been demoted under an open connection: asks the sentinels again, if there are any. */
  findMaster(): void {
    if (this.asksSentinels && this.client?.status === 'ready') this.client.disconnect(true);
  }

  /** Says good-bye to a Redis that listens; never rejects. From now on every command fails. */
  async close(): Promise<void> {
    const { isUp } = this;
    this.isClosed = true;
    this.breaker.reset();
    if (!this.client || this.client.status === 'end') return;
    if (isUp) await this.client.quit().catch(() => undefined);
    this.client.disconnect();
  }

  /**
   * The commands of one turn of the event loop leave in one piece. (The client's own pipelining would hold back each batch
   * until the one before is answered, and so double the time that a silent Redis costs.)
   */
  private sendTogether({ stream }: Redis): void {
    if (stream.writableCorked > 0) return;
    stream.cork();
    setImmediate(() => stream.uncork());
  }

  private connected(): void {
    this.connections++;
    this.lastFailure = 'the connection was lost'; // which is all that is known if it ends without an error
    this.breaker.reset();
    this.tell();
  }

  /** The client has given up, which it does for reasons of its own: it is not for it to decide. */
  private startAgain(): void {
    if (this.isClosed) return;
    const connect = () => void (this.isClosed || this.client?.connect().catch((error: Error) => this.failed(error)));
    setTimeout(connect, START_AGAIN_AFTER_MS).unref();
  }

  private trip(error: Error): void {
    // A connection that is lost or closed needs no probe: the next one starts afresh.
    if (this.client?.status !== 'ready' || this.isClosed) return;
    this.failed(error);
    this.breaker.trip();
  }

  private failed(error: Error): void {
    this.lastFailure = reasonOf(error);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

async function infoOf(redis: Redis, section: string): Promise<string> {
  return redis.info(section).catch((error: Error) => {
    if (/^(NOPERM|ERR unknown command)/.test(error.message)) return '';
    throw error;
  });
}

/** Redis has answered, if only that it will not: the connection is well. */
function isReply(error: unknown): boolean {
  return (error as Error).name === 'ReplyError';
}
