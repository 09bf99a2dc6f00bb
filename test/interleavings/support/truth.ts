import { copyKey } from '#coherence';
import { sessionsCopy } from '#sessions';
import { Entry } from '../../../libs/cache/src/entry.js';
import { decodeValue } from '../../../libs/cache/src/value-format.js';
import { sessionField, USER_FIELD } from '../../../libs/sessions/src/session-copy.js';
import type { GatedNode } from './gated-node.js';
import type { World } from './world.js';

interface Truth {
  user: string;
  version: number;
  sessions: { id: string; isLive: boolean }[];
}

/** What copies in Redis, or one of the nodes, say of these users that PostgreSQL knows otherwise. */
export async function untruths(world: World, users: readonly string[]): Promise<string[]> {
  const truths = await truthOf(world, users);
  const copies = await Promise.all(truths.map((truth) => untrueCopies(world, truth)));
  const asked = truths.map((truth) => untrueAnswers(world.scheduler.pick(world.nodes), truth));
  const answers = await world.goOnUntil(Promise.all(asked));
  return [...copies, ...answers].flat();
}

async function truthOf({ postgres }: World, users: readonly string[]): Promise<Truth[]> {
  const { rows } = await postgres.query<Truth>(
    `select user_id as user, version, coalesce((
       select json_agg(json_build_object('id', s.id, 'isLive', s.ended_at is null) order by s.id) from sessions s
       where s.user_id = p.user_id), '[]') as sessions
     from profiles p where user_id = any($1::uuid[]) order by array_position($1::uuid[], user_id)`,
    [users],
  );
  return rows;
}

async function untrueCopies(
  { redis: { client }, nodes }: World,
  { user, version, sessions }: Truth,
): Promise<string[]> {
  const { keys, trust } = nodes[0]!;
  const [fields, profile] = await Promise.all([
    client.hkeys(keys.copy(trust.epoch!, sessionsCopy(user))),
    client.getBuffer(keys.copy(trust.epoch!, copyKey('cache:profile', user))),
  ]);
  const live = new Set([USER_FIELD, ...sessions.filter(({ isLive }) => isLive).map(({ id }) => sessionField(id))]);
  const kept = profile && (decodeValue(Entry.read(profile)!.payload) as { version: number }).version;
  return [
    ...fields.filter((field) => !live.has(field)).map((field) => `untrue: Redis holds the ended session ${field}`),
    ...(kept === null || kept === version ? [] : [`untrue: Redis holds version ${kept}, not ${version}, of ${user}`]),
  ];
}

async function untrueAnswers(
  { name, store, profiles }: GatedNode,
  { user, version, sessions }: Truth,
): Promise<string[]> {
  const found = sessions.map(async ({ id, isLive }) => {
    const isFound = (await store.find(user, id, new Date())) !== null;
    return isFound === isLive ? [] : [`untrue: on ${name} session ${id} ${isFound ? 'lives' : 'is over'}`];
  });
  const { value } = await profiles.get(user);
  const read =
    value.version === version ? [] : [`untrue: on ${name} ${user} has version ${value.version}, not ${version}`];
  return [...(await Promise.all(found)).flat(), ...read];
}
