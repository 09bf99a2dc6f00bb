import { randomBytes } from 'node:crypto';
import { PostgresUnderTest, RedisUnderTest, ServerUnderTest } from '#testing';
import { until } from '../test/support/until.js';

const REQUESTS = 300;
const OUTAGES = 5;

type Fault = [name: string, begin: (redis: RedisUnderTest) => unknown, end: (redis: RedisUnderTest) => unknown];
const FAULTS: Fault[] = [
  ['paused', (redis) => redis.pause(), (redis) => redis.resume()],
  ['killed', (redis) => redis.kill(), (redis) => redis.restart()],
];

/**
 * `npm run bench:outage`: what an authenticated profile read takes, one after the other, while Redis is well, at the first
 * request after it is lost, and from then on. The command timeout is the default of 100 ms.
 */
async function bench(): Promise<void> {
  const postgres = await PostgresUnderTest.start();
  const redis = await RedisUnderTest.start();
  const settings = { DATABASE__URL: await postgres.createDatabase(), NODE_V8_COVERAGE: '', LOG__LEVEL: 'error' };
  const [on, off] = await Promise.all([
    ServerUnderTest.start({ ...settings, REDIS__ENABLED: 'true', REDIS__URL: redis.url }),
    ServerUnderTest.start(settings),
  ]);
  const headers = { authorization: `Bearer ${await newAccessToken(on.url)}` };
  const readMs = async (url: string) => {
    const start = performance.now();
    const response = await fetch(`${url}/v1/profile`, { headers });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`The profile was answered with ${response.status}`);
    return performance.now() - start;
  };
  const many = async (url: string) => {
    const times: number[] = [];
    while (times.length < REQUESTS) times.push(await readMs(url));
    return times;
  };

  await many(off.url);
  print('Redis off', await many(off.url));
  for (const [name, begin, end] of FAULTS) {
    const [well, first, later]: [number[], number[], number[]] = [[], [], []];
    for (let outage = 0; outage < OUTAGES; outage++) {
      await until(() => isInUse(on.url));
      well.push(...(await many(on.url)));
      await begin(redis);
      first.push(await readMs(on.url));
      later.push(...(await many(on.url)));
      await end(redis);
    }
    print('Redis on', well);
    print(`Redis ${name}: the first request`, first);
    print(`Redis ${name}: later requests`, later);
  }
  await Promise.all([on.stop(), off.stop()]);
  await Promise.all([postgres.stop(), redis.stop()]);
}

async function isInUse(url: string): Promise<boolean> {
  const { checks } = (await (await fetch(`${url}/health/ready`)).json()) as { checks: { redis: string } };
  return checks.redis === 'up';
}

async function newAccessToken(url: string): Promise<string> {
  const credentials = { email: 'bench@example.com', password: randomBytes(16).toString('hex') };
  const response = await fetch(`${url}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

function print(name: string, timesMs: number[]): void {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!.toFixed(2);
  console.log(`median ${at(0.5).padStart(6)} ms  p99 ${at(0.99).padStart(6)}  worst ${at(1).padStart(6)}  ${name}`);
}

await bench();
