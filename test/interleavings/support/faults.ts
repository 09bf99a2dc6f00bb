import type { Command } from 'ioredis';
import type { GatedNode } from './gated-node.js';
import { wayToPostgres } from './postgres-gates.js';
import { laneOf } from './redis-wire.js';
import type { World } from './world.js';

/** One thing that happens at some time after the one before it, at the soonest after so many milliseconds. */
type Event = ((world: World) => unknown) & { afterMs?: number };
type Fault = (world: World) => Event[];

const lost = () => false;

/** Each by its name. */
const FAULTS = {
  'Redis is emptied': () => [({ redis }) => redis.client.flushall()],
  'a key is evicted': () => [evict, evict],
  'a connection is lost': (world) => [loseConnection(anyNode(world))],
  'a node is cut off from Redis': (world) => {
    const node = anyNode(world);
    return [
      ({ scheduler }) => scheduler.close(laneOf(node.name)),
      ({ scheduler }) => scheduler.open(laneOf(node.name)),
      ...(world.scheduler.chance(0.5) ? [loseConnection(node)] : []),
    ];
  },
  'a node is cut off from Redis, and the other from PostgreSQL': (world) => {
    const [first, second] = world.scheduler.chance(0.5) ? world.nodes : [...world.nodes].reverse();
    return [
      ({ scheduler }) => {
        scheduler.close(laneOf(first!.name));
        scheduler.close(wayToPostgres(second!.name));
      },
      muchLater(world, ({ scheduler }) => scheduler.open(wayToPostgres(second!.name))),
      ({ scheduler }) => scheduler.open(laneOf(first!.name)),
    ];
  },
  'a node stalls': (world) => {
    const { name } = anyNode(world);
    return [({ scheduler }) => scheduler.close(name), ({ scheduler }) => scheduler.open(name)];
  },
  'Redis restarts with an old snapshot': () => {
    let snapshot: Awaited<ReturnType<World['redis']['content']>>;
    return [
      async ({ redis }) => {
        snapshot = await redis.content();
      },
      async ({ redis, nodes }) => {
        await redis.become(snapshot);
        for (const { wire } of nodes) await wire.lose(redis.port, lost);
      },
    ];
  },
  'Redis fails over to a replica that lags': (world) => {
    const [first, second] = world.scheduler.chance(0.5) ? world.nodes : [...world.nodes].reverse();
    return [
      async (now) => {
        // A server that becomes a replica ends the connections that it has: Sentinel sees to that.
        for (const { wire } of now.nodes) if (wire.port === now.otherRedis.port) await wire.lose(now.redis.port, lost);
        await now.otherRedis.become(await now.redis.content());
      },
      (now) => {
        now.switchRedis();
        return leadToRedis(first!)(now);
      },
      ...(world.scheduler.chance(0.5) ? [leadToRedis(second!)] : []),
    ];
  },
  'a node dies when it has committed': (world) => {
    const { postgres } = anyNode(world);
    return [
      () => {
        postgres.doomed = true;
      },
    ];
  },
} satisfies Record<string, Fault>;

/** The more there is to do right, the more often. */
const OFTEN: (keyof typeof FAULTS)[] = [
  ...(Object.keys(FAULTS) as (keyof typeof FAULTS)[]),
  'Redis fails over to a replica that lags',
  'Redis fails over to a replica that lags',
  'a node is cut off from Redis',
  'a node is cut off from Redis, and the other from PostgreSQL',
];
const MOST_FAULTS = 3;
const LONGEST_WAIT = 60;

/** Some faults, one after another. */
export class Faults {
  readonly names: (keyof typeof FAULTS)[] = [];

  constructor(private readonly world: World) {}

  begin(): void {
    const count = 1 + this.world.scheduler.below(MOST_FAULTS);
    for (let index = 0; index < count; index++) {
      this.names.push(this.world.scheduler.pick(OFTEN));
    }
    const events = this.names.flatMap((name) =>
      FAULTS[name](this.world).map((event, index) => ({ name: `  ${name} (${index + 1})`, event })),
    );
    this.next(events);
  }

  private next([first, ...others]: { name: string; event: Event }[]): void {
    if (!first) return;
    const carryOut = async () => {
      await first.event(this.world);
      this.next(others);
    };
    const { scheduler } = this.world;
    scheduler.add({ name: first.name, lanes: [], carryOut }, scheduler.below(LONGEST_WAIT), first.event.afterMs);
  }
}

/** Long enough for a write to give Redis up meanwhile. */
function muchLater({ scheduler }: World, event: Event): Event {
  return Object.assign(event, { afterMs: 500 + scheduler.below(1_000) });
}

function anyNode({ scheduler, nodes }: World): GatedNode {
  return scheduler.pick(nodes);
}

function loseConnection({ wire }: GatedNode): Event {
  return (world) => wire.lose(wire.port, perhapsLate(world, wire.port));
}

function leadToRedis({ wire }: GatedNode): Event {
  return (world) => wire.lose(world.redis.port, perhapsLate(world, wire.port));
}

/** What was sent may have arrived, and be carried out when its sender has long heard of the loss. */
function perhapsLate(world: World, port: number): (command: Command) => boolean {
  return (command) => {
    const isLate = world.scheduler.chance(0.7);
    if (isLate) world.later(port, command);
    return isLate;
  };
}

/** Also a fill lease, which could as well have lapsed. Their order is that of the kinds: ids are not the same again. */
async function evict({ scheduler, redis }: World): Promise<void> {
  const keys = await redis.client.keys('*');
  const kinds = [...new Set(keys.map(kindOf))].sort();
  if (kinds.length === 0) return;
  const kind = scheduler.pick(kinds);
  await redis.client.unlink(...keys.filter((key) => kindOf(key) === kind));
}

/** `sessions`, `cache:profile:lease`: without the epoch and the id. */
function kindOf(key: string): string {
  return key
    .replace(/\{.*\}/, '')
    .split(':')
    .slice(2)
    .join(':');
}
