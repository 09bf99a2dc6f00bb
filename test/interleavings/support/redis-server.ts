import { Redis } from 'ioredis';
import { RedisUnderTest } from '#testing';

type Content = Map<string, { bytes: Buffer; ttlMs: number }>;

/** A Redis whose content can be that of another moment or of another Redis, and which is another one from then on. */
export class RedisServer {
  private constructor(
    private readonly server: RedisUnderTest,
    /** Past the scheduler. */
    readonly client: Redis,
  ) {}

  static async start(): Promise<RedisServer> {
    const server = await RedisUnderTest.start({ args: ['--enable-debug-command', 'local'] });
    return new RedisServer(server, new Redis(server.url));
  }

  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return this.server.port;
  }

  async content(): Promise<Content> {
    const keys = await this.client.keys('*');
    const held = keys.map(async (key) => {
      const [bytes, ttlMs] = await Promise.all([this.client.dumpBuffer(key), this.client.pttl(key)]);
      return [key, { bytes: bytes, ttlMs }] as const;
    });
    return new Map(await Promise.all(held));
  }

  /** As after a restart with an old snapshot, or the promotion of a replica that lags: with an identity of its own. */
  async become(content: Content): Promise<void> {
    await Promise.all([this.client.flushall(), this.client.call('DEBUG', 'CHANGE-REPL-ID')]);
    await Promise.all(
      [...content].map(([key, { bytes, ttlMs }]) => this.client.restore(key, Math.max(ttlMs, 0), bytes)),
    );
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await this.server.stop();
  }
}

export type { Content };
