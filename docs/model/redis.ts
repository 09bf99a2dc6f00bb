import { type Action, type Copy, type Instance, replaced, type ServerId, type State } from './state.js';

export const NOTHING: Copy = { value: null, lease: null };

export function copyIn({ servers }: State, server: ServerId, epoch: number): Copy {
  return servers[server - 1]?.copies[epoch] ?? NOTHING;
}

export function withCopy(state: State, server: ServerId, epoch: number, copy: Copy): State {
  const { isUp, copies } = state.servers[server - 1]!;
  const all = Array.from({ length: Math.max(copies.length, epoch + 1) }, (_, each) => copies[each] ?? NOTHING);
  return {
    ...state,
    servers: replaced(state.servers, server - 1, {
      isUp,
      copies: replaced(all, epoch, isNothing(copy) ? NOTHING : copy),
    }),
  };
}

function isNothing({ value, lease }: Copy): boolean {
  return value === null && lease === null;
}

/** UNLINK. */
export function removed(state: State, server: ServerId, epoch: number, { without }: Instance): State {
  const { lease } = copyIn(state, server, epoch);
  return withCopy(state, server, epoch, { value: null, lease: without === 'remove the lease too' ? lease : null });
}

/** The value is evicted or expires, the fill lease lapses; FLUSHALL is both. */
const forgets: Action = (state, _, then) => {
  state.servers.forEach(({ copies }, index) => {
    copies.forEach(({ value, lease }, epoch) => {
      const where = `Redis ${index + 1}, epoch ${epoch}`;
      if (value !== null)
        then(`${where}: the value is evicted`, withCopy(state, index + 1, epoch, { value: null, lease }));
      if (lease !== null)
        then(`${where}: the fill lease lapses`, withCopy(state, index + 1, epoch, { value, lease: null }));
    });
  });
};

export const REDIS: Action[] = [forgets];
