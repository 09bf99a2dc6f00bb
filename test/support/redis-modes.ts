import { setTimeout as pause } from 'node:timers/promises';
import { RedisUnderTest, SentinelUnderTest } from '#testing';

/** What becomes of Redis during a file of end-to-end tests: the Jest project says it. */
export type RedisMode = 'off' | 'on' | 'tls' | 'sentinel' | 'killed' | 'paused' | 'wiped' | 'on-and-off';

/** Whether every process finds Redis well at all times. */
export function isForeseeable(mode: RedisMode): boolean {
  return ['on', 'tls', 'sentinel'].includes(mode);
}

const TROUBLE_EVERY_MS = 900;
const TROUBLE_LASTS_MS = 300;

/** What befalls Redis again and again; it is well again afterwards. */
export const TROUBLES: Partial<Record<RedisMode, (redis: RedisUnderTest) => Promise<void>>> = {
  killed: async (redis) => {
    await redis.kill();
    await pause(TROUBLE_LASTS_MS);
    await redis.restart();
  },
  paused: async (redis) => {
    redis.pause();
    await pause(TROUBLE_LASTS_MS);
    redis.resume();
  },
  wiped: (redis) => redis.wipe(),
};

/** Makes trouble, and calls back after each, until it is told to stop, which resolves when all is well. */
export function makeTrouble(trouble: () => Promise<void>, afterwards: () => Promise<void>): () => Promise<void> {
  const stop = new AbortController();
  const run = async () => {
    while (!stop.signal.aborted) {
      await pause(TROUBLE_EVERY_MS, undefined, { ref: false, signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      await trouble();
      await afterwards();
    }
  };
  const running = run();
  running.catch(() => undefined); // thrown to who stops it
  return () => {
    stop.abort();
    return running;
  };
}

/** The servers of a mode, and the settings that lead to them. */
export interface RedisServers {
  settings: Record<string, string>;
  /** The one that answers, for looking into it. */
  redis: RedisUnderTest;
  stop: () => Promise<void>;
}

export async function startRedis(mode: RedisMode): Promise<RedisServers> {
  if (mode === 'sentinel') return startSentinel();
  const redis = await RedisUnderTest.start(mode === 'tls' ? { tls: true, password: 'for tests only' } : {});
  return {
    redis,
    settings: {
      REDIS__ENABLED: 'true',
      REDIS__URL: redis.url,
      ...(redis.caFile !== null && { REDIS__TLS_CA_FILE: redis.caFile }),
      ...(TROUBLES[mode] ? QUICK : PATIENT),
    },
    stop: () => redis.stop(),
  };
}

/** So that trouble costs the tests little time. */
const QUICK = { REDIS__COMMAND_TIMEOUT_MS: '50', COHERENCE__FENCE_LEASE_MS: '200', COHERENCE__HANDOVER_MS: '50' };
/** So that a busy machine is not taken for trouble. */
const PATIENT = { REDIS__COMMAND_TIMEOUT_MS: '1000' };

async function startSentinel(): Promise<RedisServers> {
  const sentinel = await SentinelUnderTest.start({ downAfterMs: 60_000 });
  return {
    redis: sentinel.master,
    settings: {
      REDIS__ENABLED: 'true',
      REDIS__SENTINELS: sentinel.sentinels,
      REDIS__SENTINEL_MASTER: sentinel.masterName,
      ...PATIENT,
    },
    stop: () => sentinel.stop(),
  };
}
