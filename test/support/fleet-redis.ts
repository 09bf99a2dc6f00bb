import { decode } from '@msgpack/msgpack';
import type { RedisMonitor } from '#testing';
import { foreignWrites } from './coherence-commands.js';
import { contentsOf, type Held } from './redis-contents.js';
import { isForeseeable, makeTrouble, type RedisMode, type RedisServers, startRedis, TROUBLES } from './redis-modes.js';

export interface LiveRow {
  id: string;
  userId: string;
  deviceName: string | null;
}

/** The Redis of one test file: what the servers are told of it, what befalls it, and what must be true of it at the end. */
export class FleetRedis {
  private readonly monitors: RedisMonitor[] = [];
  private endTrouble = () => Promise.resolve();

  private constructor(
    private readonly mode: RedisMode,
    private readonly servers: RedisServers | null,
  ) {}

  static async start(mode: RedisMode): Promise<FleetRedis> {
    const redis = new FleetRedis(mode, mode === 'off' ? null : await startRedis(mode));
    await redis.watch();
    return redis;
  }

  /** From now on there is trouble, in the modes that have some. */
  beginTrouble(): void {
    const [trouble, servers] = [TROUBLES[this.mode], this.servers];
    if (!trouble || !servers) return;
    this.endTrouble = makeTrouble(
      () => trouble(servers.redis),
      () => (this.mode === 'killed' ? this.watch() : Promise.resolve()),
    );
  }

  /** For the server with this number, counted from 0. */
  settingsOf(index: number): Record<string, string> {
    const isOff = this.mode === 'on-and-off' && index > 0;
    return this.servers && !isOff ? this.servers.settings : {};
  }

  /** Ends the trouble, while the servers still run. */
  async calm(): Promise<void> {
    await this.endTrouble();
  }

  /** Everything that was sent to Redis, and every key and value that it holds, as text. */
  async texts(): Promise<{ name: string; text: string }[]> {
    if (!this.servers) return [];
    const lines = await this.lines();
    const held = await contentsOf(this.servers.redis);
    return [
      { name: 'what was sent to Redis', text: lines.join('\n') },
      { name: 'what Redis holds', text: held.map(textOf).join('\n') },
    ];
  }

  /**
   * What is wrong with Redis at rest: lasting keys, forbidden commands, writes that are not of libs/coherence, sessions
   * that PostgreSQL knows otherwise.
   */
  async mistakes(epoch: string, live: LiveRow[]): Promise<string[]> {
    if (!this.servers) return [];
    const lines = (await this.lines()).filter((line) => !(this.mode === 'wiped' && OUR_OWN.test(line)));
    const isUsed = lines.some((line) => line.includes('] "hmget" "pc:'));
    const held = await contentsOf(this.servers.redis);
    const lasting = held.filter(({ ttlMs }) => ttlMs === -1 || ttlMs > LONGEST_MS);
    return [
      ...(isUsed || !isForeseeable(this.mode) ? [] : ['no session was ever looked up in Redis']),
      ...lines.filter((line) => FORBIDDEN.test(line)),
      ...(await foreignWrites(lines, this.servers.redis)),
      ...lasting.map(({ key, ttlMs }) => `${key} lives ${ttlMs} ms`),
      ...held.flatMap((each) => untruths(each, epoch, live)),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.monitors.map((monitor) => monitor.stop()));
    await this.servers?.stop();
  }

  private async watch(): Promise<void> {
    if (this.servers) this.monitors.push(await this.servers.redis.monitor());
  }

  private async lines(): Promise<string[]> {
    await Promise.all(this.monitors.map((monitor) => monitor.settled()));
    return this.monitors.flatMap(({ lines }) => lines);
  }
}

const LONGEST_MS = 10 * 60_000;
/** How these tests wipe. */
const OUR_OWN = /"flushall"$/i;
const FORBIDDEN = /^\S+ \[\S+ \S+\] "(keys|config|debug|save|bgsave)"/i;

function textOf({ key, fields }: Held): string {
  return [key, ...[...fields].flatMap(([name, bytes]) => [name, bytes.toString('latin1')])].join('\n');
}

/** Sessions of a user's hash that have ended, and those that are shown otherwise than they are. */
function untruths({ key, fields }: Held, epoch: string, live: LiveRow[]): string[] {
  const [, userId] = /:sessions:\{(.+)\}$/.exec(key) ?? [];
  if (!key.includes(`:${epoch}:`) || userId === undefined) return [];
  return [...fields].flatMap(([field, bytes]) => {
    if (field === 'user') return [];
    const id = Buffer.from(field, 'base64url').toString('hex');
    const row = live.find((each) => each.id.replaceAll('-', '') === id && each.userId === userId);
    if (!row) return [`${key} holds ${id}, which has ended`];
    const [, , , , , , deviceName] = decode(bytes) as unknown[];
    return deviceName === row.deviceName ? [] : [`${key} shows ${id} with another device`];
  });
}
