import { decode } from '@msgpack/msgpack';
import type { RedisMonitor } from '#testing';
import { contentsOf, type Held } from './redis-contents.js';
import { makeTrouble, type RedisMode, type RedisServers, startRedis, TROUBLES } from './redis-modes.js';

export interface LiveRow {
  id: string;
  userId: string;
  deviceName: string | null;
}

/** The Redis of one test file: what the servers are told of it, what befalls it, and what must be true of it at the end. */
export class FleetRedis {
  private constructor(
    private readonly mode: RedisMode,
    private readonly servers: RedisServers | null,
    private readonly monitor: RedisMonitor | null,
    private readonly endTrouble: () => Promise<void>,
  ) {}

  static async start(mode: RedisMode): Promise<FleetRedis> {
    if (mode === 'off') return new FleetRedis(mode, null, null, () => Promise.resolve());
    const servers = await startRedis(mode);
    const monitor = await servers.redis.monitor();
    const trouble = TROUBLES[mode];
    return new FleetRedis(
      mode,
      servers,
      monitor,
      trouble ? makeTrouble(trouble, servers.redis) : () => Promise.resolve(),
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
    await this.monitor?.settled();
    const held = await contentsOf(this.servers.redis);
    return [
      { name: 'what was sent to Redis', text: this.monitor!.lines.join('\n') },
      { name: 'what Redis holds', text: held.map(textOf).join('\n') },
    ];
  }

  /** What is wrong with Redis at rest: lasting keys, forbidden commands, sessions that PostgreSQL knows otherwise. */
  async mistakes(epoch: string, live: LiveRow[]): Promise<string[]> {
    if (!this.servers) return [];
    await this.monitor?.settled();
    const forbidden = this.monitor!.lines.filter((line) => FORBIDDEN.test(line) && this.mode !== 'wiped');
    const held = await contentsOf(this.servers.redis);
    const lasting = held.filter(({ ttlMs }) => ttlMs === -1 || ttlMs > LONGEST_MS);
    return [
      ...forbidden,
      ...lasting.map(({ key, ttlMs }) => `${key} lives ${ttlMs} ms`),
      ...held.flatMap((each) => untruths(each, epoch, live)),
    ];
  }

  async stop(): Promise<void> {
    await this.monitor?.stop();
    await this.servers?.stop();
  }
}

const LONGEST_MS = 10 * 60_000;
const FORBIDDEN = /^\S+ \[\S+ \S+\] "(keys|flushall|flushdb|config|debug|save|bgsave|swapdb)"/i;

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
